-- Every setting there is. Left out on purpose: models per provider (ai_policies has them, versioned and checked), the budget's
-- currency (organizations.currency) and the territory scope of the help settings (an organization is the narrowest group here). And of
-- the knowledge base's: its indexes, one for all bases; caching what a search finds (answers are under rag.cache); batches of documents,
-- which come one by one, with tags and metadata from whoever adds them; cutting passages anew for an answer; several searches for one question.

insert into public.ai_setting_definitions
  (key, type, scopes, default_value, schema, description)
values
  -- Budgets and the ledger
  ('ai.budget.monthly.cap', 'number', '{global,organization}', '1000', '{"type":"number","minimum":0,"maximum":1000000000000}',
    'Most an organization may spend in a calendar month, in its currency, where no budget row says otherwise. 0 refuses everything.'),
  ('ai.budget.soft.percent', 'number', '{global,organization}', '90', '{"type":"number","minimum":0,"maximum":100}',
    'Share of a cap, in percent, above which only the small tier answers.'),
  ('ai.hold.ttl', 'duration', '{global}', '"PT60S"',
    '{"type":"string","format":"duration","formatMinimum":"PT1S","formatMaximum":"PT1H"}',
    'How long after its deadline a hold lives before the sweep charges it in full.'),
  ('ai.ledger.on_outage', 'string', '{global,organization}', '"refuse"', '{"type":"string","enum":["refuse","spool"]}',
    'What happens when the database cannot be reached: refuse, or spool under a small allowance and settle later.'),
  ('ai.stream.on_client_gone', 'string', '{global,organization}', '"cancel"', '{"type":"string","enum":["cancel","finish"]}',
    'When the caller leaves a stream: cancel the provider call, or finish it to learn its usage. What was produced is charged.'),
  ('ai.price.unknown', 'string', '{global,organization}', 'null',
    '{"type":["string","null"],"pattern":"^[a-z0-9-]+/.+$"}',
    'Model, as provider/model, whose price stands in for that of a model without one: take a dear one. Null refuses such models.'),

  -- Routing and answers
  ('ai.routing.confidence.threshold', 'number', '{global,organization,user}', '0.7',
    '{"type":"number","minimum":0,"maximum":1}',
    'Confidence below which an answer is weak. Counts beside the task''s policy, and whoever asks for more wins: it can make a policy stricter, never laxer. Users may only ask for more.'),
  ('ai.routing.demotion.cooldown', 'duration', '{global,organization}', '"PT30M"', '{"type":"string","format":"duration"}',
    'How long a task skips the small tier after a streak of weak small answers.'),
  ('ai.fallback.threshold', 'number', '{global,organization}', '0.7', '{"type":"number","minimum":0,"maximum":1}',
    'Confidence below which a task''s rules answer instead of the model; the policy''s threshold unless somebody sets it.'),
  ('ai.escalation.max_attempts', 'integer', '{global,organization}', '2', '{"type":"integer","minimum":0,"maximum":5}',
    'Most steps up a tier in one request, where the policy allows more.'),
  ('ai.consensus.high', 'number', '{global,organization}', '0.8', '{"type":"number","minimum":0,"maximum":1}',
    'Agreement of several answers from which the majority answers, where the policy does not say.'),
  ('ai.consensus.medium', 'number', '{global,organization}', '0.5', '{"type":"number","minimum":0,"maximum":1}',
    'Agreement from which the weighted answer counts, where the policy does not say; below it a person decides.'),
  ('ai.context.max_tokens', 'integer', '{global,organization}', '6000', '{"type":"integer","minimum":500,"maximum":1000000}',
    'Most tokens of conversation given to a model.'),
  ('ai.request.timeout', 'duration', '{global,organization}', '"PT30S"',
    '{"type":"string","format":"duration","formatMinimum":"PT1S","formatMaximum":"PT400S"}',
    'Most time of one attempt at a provider. An answer that may have more than 1,500 tokens has as much longer, a stream until the request''s deadline.'),
  ('ai.timeout.first_token', 'duration', '{global,organization}', '"PT10S"',
    '{"type":"string","format":"duration","formatMinimum":"PT0.1S","formatMaximum":"PT400S"}',
    'Most time until the first token of a stream.'),
  ('ai.timeout.idle', 'duration', '{global,organization}', '"PT15S"',
    '{"type":"string","format":"duration","formatMinimum":"PT0.1S","formatMaximum":"PT400S"}',
    'Most silence between two tokens of a stream.'),
  ('ai.retry.count', 'integer', '{global,organization}', '3', '{"type":"integer","minimum":0,"maximum":10}',
    'Most retries at one candidate.'),

  -- Log and caches
  ('ai.log.payloads', 'boolean', '{global,organization}', 'false', '{"type":"boolean"}',
    'Whether prompts and answers are kept. Off: only figures are.'),
  ('ai.log.payload_retention_days', 'integer', '{global,organization}', '30', '{"type":"integer","minimum":1,"maximum":3660}',
   'Days the input and output of requests are kept where ai.log.payloads is on.'),
  ('ai.log.retention_days', 'integer', '{global}', '400', '{"type":"integer","minimum":35,"maximum":3660}',
    'Days after which log partitions are dropped. At least one closed month stays.'),
  ('ai.cache.ttl', 'duration', '{global,organization}', '"PT8H"',
    '{"type":"string","format":"duration","formatMaximum":"P30D"}',
    'How long an answer may be served from the cache. PT0S turns the cache off.'),
  ('ai.gateway.semantic_cache', 'string', '{global,organization}', '"off"', '{"type":"string","enum":["off","on"]}',
    'Whether the gateway may answer a similar question from its cache.'),

  -- Organizations
  ('organization.owned.max', 'integer', '{global}', '3', '{"type":"integer","minimum":0,"maximum":10000}',
    'Most organizations one user may own by founding them. Each comes with a budget on the platform''s keys.'),

  -- Unasked help (CAR)
  ('help.space.enduser', 'object', '{global,organization}', '{}', '{"type":"object"}',
    'Parameters of help in the end users'' space.'),
  ('help.space.salesops', 'object', '{global,organization}', '{}', '{"type":"object"}',
    'Parameters of help in the sales operations'' space.'),
  ('help.nudge.enabled', 'boolean', '{global,organization,user}', 'true', '{"type":"boolean"}',
    'Master switch of unasked help.'),
  ('help.nudge.confidence.min', 'number', '{global,organization}', '0.7', '{"type":"number","minimum":0,"maximum":1}',
    'Confidence from which help is offered unasked.'),
  ('help.nudge.budget.session.base', 'integer', '{global,organization}', '2', '{"type":"integer","minimum":0,"maximum":100}',
    'Nudges a session starts with.'),
  ('help.nudge.budget.session.perHour', 'integer', '{global,organization}', '1', '{"type":"integer","minimum":0,"maximum":100}',
    'Nudges added for every hour of a session.'),
  ('help.nudge.budget.session.max', 'integer', '{global,organization}', '5', '{"type":"integer","minimum":0,"maximum":100}',
    'Most nudges a session may have.'),
  ('help.nudge.cooldown.sameTopic', 'duration', '{global,organization}', '"PT4H"', '{"type":"string","format":"duration"}',
    'Silence about a topic after a nudge on it.'),
  ('help.nudge.cooldown.sameSession', 'duration', '{global,organization}', '"PT30M"', '{"type":"string","format":"duration"}',
    'Silence in a session after any nudge.'),
  ('help.nudge.cooldown.globalUser', 'duration', '{global,organization}', '"PT8H"', '{"type":"string","format":"duration"}',
    'Silence towards a user after he dismissed a nudge.'),
  ('help.struggle.thresholds', 'object', '{global,organization}', '{"dwellSeconds":45,"backAndForth":3,"errorBurst":3}',
    '{"type":"object","additionalProperties":false,"properties":{"dwellSeconds":{"type":"integer","minimum":1},"backAndForth":{"type":"integer","minimum":1},"errorBurst":{"type":"integer","minimum":1}}}',
    'From when a user counts as struggling.'),
  ('help.suggest.topN', 'integer', '{global,organization}', '3', '{"type":"integer","minimum":1,"maximum":10}',
    'How many suggestions are shown.'),

  -- Sales
  ('lead.protection.baseMonths', 'integer', '{global}', '6', '{"type":"integer","minimum":1,"maximum":24}',
    'Months a lead belongs to who brought it.'),
  ('lead.protection.progressDays', 'integer', '{global}', '60', '{"type":"integer","minimum":7,"maximum":120}',
    'Days without progress after which protection is warned about.'),
  ('lead.protection.graceDays', 'integer', '{global}', '10', '{"type":"integer","minimum":1,"maximum":30}',
    'Days between the warning and the loss of protection.'),
  ('lead.protection.mode', 'string', '{global}', '"GREATEST"', '{"type":"string","enum":["GREATEST"]}',
    'Which of several protection dates counts.'),
  ('lead.protection.reminder.channels', 'array', '{global,organization}', '["EMAIL","INAPP"]',
    '{"type":"array","items":{"type":"string","enum":["EMAIL","INAPP"]},"maxItems":10}',
    'Where reminders of a protection''s end go.'),
  ('lead.protection.notify.roles', 'array', '{global,organization}', '["manager"]',
    '{"type":"array","items":{"type":"string","enum":["owner","admin","manager","member","guest"]},"maxItems":10}',
    'Roles told about a protection''s end.'),
  ('credit.cache.ttl', 'duration', '{global,organization}', '"PT8H"', '{"type":"string","format":"duration"}',
    'How long a credit rating is kept.'),
  ('credit.peak.slo.p95.ms', 'integer', '{global}', '500', '{"type":"integer","minimum":1}',
    'Milliseconds within which 95 % of credit checks answer at peak.'),
  ('credit.batch.window.ms', 'integer', '{global,organization}', '50', '{"type":"integer","minimum":0,"maximum":10000}',
    'Milliseconds during which credit checks are gathered into one.'),
  ('sla.sample.followups', 'array', '{global,organization}', '["P3D","P7D"]',
    '{"type":"array","items":{"type":"string","format":"duration"},"maxItems":20}',
    'When a product sample is followed up, counted from its delivery.'),
  ('seasonal.windows', 'array', '{global,organization}',
    '[{"name":"summer","from":"06-01","to":"08-31"},{"name":"christmas","from":"11-15","to":"12-31"}]',
    '{"type":"array","maxItems":20,"items":{"type":"object","required":["name","from","to"],"additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":40},"from":{"type":"string","pattern":"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},"to":{"type":"string","pattern":"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}}}}',
    'Seasons of the business as month-day ranges, both ends included.'),

  -- Presentation
  ('locale', 'string', '{global,organization,user}', '"de-DE"',
    '{"type":"string","pattern":"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"}',
    'BCP 47 language and region of texts and figures.'),
  ('currency', 'string', '{global,organization,user}', '"EUR"', '{"type":"string","enum":["EUR","CHF","USD"]}',
    'Currency in which prices are shown. Budgets count in organizations.currency.'),
  ('ui.theme', 'string', '{global,organization,user}', '"light"', '{"type":"string","enum":["light","dark","system"]}',
    'Colours of the dashboard.'),
  ('notifications.channels', 'array', '{global,organization,user}', '["email"]',
    '{"type":"array","items":{"type":"string","enum":["email","inapp","webhook"]},"maxItems":10}',
    'Where notifications go.'),

  -- Knowledge base
  ('kb.chunkSize', 'integer', '{global,organization}', '500', '{"type":"integer","minimum":100,"maximum":2000}',
    'Characters of a chunk.'),
  ('kb.chunkOverlap', 'integer', '{global,organization}', '50', '{"type":"integer","minimum":0,"maximum":500}',
    'Characters two neighbouring chunks share.'),
  ('kb.embeddingModel', 'string', '{global,organization}', '"text-embedding-3-small"',
    '{"type":"string","minLength":1,"maxLength":200}',
    'Model of new embeddings. Vectors of different models are never compared.'),
  ('kb.maxFileSizeMb', 'integer', '{global,organization}', '50', '{"type":"integer","minimum":1,"maximum":100}',
    'Largest document, in megabytes.'),
  -- From the first step to the last, pauses between tries included.
  ('kb.processingTimeoutSeconds', 'integer', '{global,organization}', '1800', '{"type":"integer","minimum":60,"maximum":3600}',
    'Seconds after which processing of a document is given up.'),
  -- A call costs a round trip whatever it holds; ten passages would make a book of three thousand wait for three hundred.
  ('kb.batchSize', 'integer', '{global,organization}', '100', '{"type":"integer","minimum":1,"maximum":100}',
    'Chunks embedded in one call.'),
  ('kb.languageDetection', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}',
    'Whether a document''s language is detected.'),
  ('kb.ocrSupport', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}', 'Whether text in images is read.'),
  ('kb.audioTranscription', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}', 'Whether audio is transcribed.'),
  ('kb.searchSuggestions', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}', 'Whether searches are completed while typing.'),
  ('kb.searchAnalytics', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}', 'Whether searches are recorded.'),
  ('kb.retryAttempts', 'integer', '{global,organization}', '3', '{"type":"integer","minimum":0,"maximum":10}',
    'How often processing of a document is tried again.'),
  ('kb.acceptedTypes', 'array', '{global,organization}',
    '["pdf","docx","pptx","xlsx","csv","md","markdown","html","htm","txt","rtf","eml","png","jpg","jpeg","webp","gif","mp3","m4a","wav","ogg","flac","webm"]',
    '{"type":"array","minItems":1,"maxItems":50,"items":{"type":"string","pattern":"^[a-z0-9]{1,10}$"}}',
    'File name extensions that may be uploaded.'),

  -- Retrieval
  ('rag.strategy', 'string', '{global,organization}', '"hybrid"',
    '{"type":"string","enum":["semantic","hybrid","keyword","adaptive"]}', 'How passages are searched for where search_type is left out.'),
  ('rag.weight.semantic', 'number', '{global,organization}', '0.5', '{"type":"number","minimum":0,"maximum":1}',
    'Weight of vector similarity in a hybrid search.'),
  ('rag.weight.keyword', 'number', '{global,organization}', '0.5', '{"type":"number","minimum":0,"maximum":1}',
    'Weight of the words in a hybrid search.'),
  ('rag.hybridThreshold', 'number', '{global,organization}', '0', '{"type":"number","minimum":0,"maximum":1}',
    'Share of the best passage''s score from which a passage counts in a hybrid search.'),
  -- Cosines of today's embedding models lie between 0.2 and 0.6 where a passage fits.
  ('rag.similarityThreshold', 'number', '{global,organization}', '0', '{"type":"number","minimum":0,"maximum":1}',
    'Similarity from which a passage found by meaning counts, where match_threshold is left out.'),
  ('rag.maxContextTokens', 'integer', '{global,organization}', '4000', '{"type":"integer","minimum":1000,"maximum":32000}',
    'Most tokens of passages given to the model.'),
  ('rag.maxResults', 'integer', '{global,organization}', '5', '{"type":"integer","minimum":1,"maximum":20}',
    'Passages a search gives where match_count is left out.'),
  ('rag.ranking', 'string', '{global,organization}', '"relevance"',
    '{"type":"string","enum":["relevance","diversity","freshness","authority","hybrid"]}', 'What passages are ordered by.'),
  ('rag.weight.diversity', 'number', '{global,organization}', '0.1', '{"type":"number","minimum":0,"maximum":1}',
    'Weight of being unlike the passages already taken.'),
  ('rag.weight.freshness', 'number', '{global,organization}', '0.2', '{"type":"number","minimum":0,"maximum":1}', 'Weight of a document''s age.'),
  ('rag.weight.authority', 'number', '{global,organization}', '0.3', '{"type":"number","minimum":0,"maximum":1}',
    'Weight of a document''s standing.'),
  ('rag.historyMessages', 'integer', '{global,organization}', '10', '{"type":"integer","minimum":0,"maximum":50}',
    'Messages said before the question that a search by meaning considers, the latest.'),
  ('rag.weight.history', 'number', '{global,organization}', '0.3', '{"type":"number","minimum":0,"maximum":1}',
    'Weight of what was said before against the question, in a search by meaning.'),
  ('rag.historyDecay', 'number', '{global,organization}', '0.1', '{"type":"number","minimum":0,"maximum":1}',
    'What an older message loses against the one after it.'),
  ('rag.rerank', 'boolean', '{global,organization}', 'false', '{"type":"boolean"}', 'Whether found passages are ordered again by a model.'),
  ('rag.cache', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}', 'Whether answers over passages are cached.');

update public.ai_setting_definitions set merge = 'merge'
where key in ('help.space.enduser', 'help.space.salesops', 'help.struggle.thresholds');

update public.ai_setting_definitions set merge = 'append'
where key in ('lead.protection.reminder.channels', 'lead.protection.notify.roles');

-- A lower threshold would let a user accept answers his organization calls weak.
update public.ai_setting_definitions set user_may = 'raise' where key = 'ai.routing.confidence.threshold';

-- An organization could otherwise spend unmetered, or call its spending free.
update public.ai_setting_definitions set admin_writable = false
where key in ('ai.ledger.on_outage', 'ai.price.unknown', 'kb.embeddingModel');

-- How the platform fails and what it guesses is for those who run the organization.
update public.ai_setting_definitions set public = false where key in ('ai.ledger.on_outage', 'ai.price.unknown');
