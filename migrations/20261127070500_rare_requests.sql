-- The rare requests an admin looks for (failed, refused, waiting for a person) among millions that went well: small indexes of those alone.

create index ai_request_logs_unanswered_idx on public.ai_request_logs (org_id, status, created_at desc) where status <> 'succeeded';
create index ai_request_logs_needs_review_idx on public.ai_request_logs (org_id, created_at desc) where needs_review;
