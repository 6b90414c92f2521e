import { startBackground } from "../background/start-background.ts";
import { dashboard } from "../host/dashboard.ts";
import { host } from "../host/host.ts";
import { channelAccess } from "../realtime/channel-access.ts";
import { startRealtime } from "../realtime/realtime-api.ts";
import { buildDashboard } from "./build-dashboard.ts";
import { DEMO_EMAIL, DEMO_ORG_ID } from "./demo.ts";
import { addFirstContent } from "./first-content.ts";
import { forgetImitations } from "./forget-imitations.ts";
import { layFoundation } from "./foundation.ts";
import { standInProviders } from "./providers.ts";
import { removeOwnStackFile, type StackFile, writeStackFile } from "./stack-file.ts";
import type { StackOptions } from "./stack-options.ts";
import type { Stack } from "./stack.ts";
import { startApis } from "./start-apis.ts";
import { startFunctions } from "./start-functions.ts";

/**
 * Starts everything and resolves when the first request can be answered. What was started is stopped again when a
 * later step fails.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const standIns = standInProviders(options.environment, options.standIn);
  await using started = new AsyncDisposableStack();
  const foundation = await layFoundation(options, started);
  const { files, http, keys, data } = foundation;
  // Beside everything else: it needs none of it.
  const dashboardBuilt = options.buildDashboard
    ? buildDashboard({ dist: files.dashboard, onProgress: options.onProgress })
    : Promise.resolve();
  const apis = await startApis(foundation, options, started);
  await addFirstContent(foundation, apis, options);
  await forgetImitations(data.database, standIns);
  const functions = await startFunctions(foundation, standIns, options, started);
  const realtime = await startRealtime({
    database: data.database,
    callerOfToken: apis.callerOfToken,
    access: (topic, caller) => channelAccess(data.scripts, topic, caller),
    log: options.onLog,
  });
  http.serve(host({
    auth: apis.auth,
    rest: apis.rest,
    storage: apis.storage,
    realtime: (request) => realtime.fetch(request),
    functions: (request, slug) => functions.fetch(request, slug),
    dashboard: dashboard(files.dashboard, { url: http.url, publishable_key: keys.publishable_key }),
  }));
  const background = await startBackground({ database: data.database, log: options.onLog });
  // In the end the other way round. Functions end while the APIs still answer: they settle what they have spent.
  started.defer(() => background.stop());
  started.defer(() => http.stop());
  started.defer(() => functions.stop());
  started.defer(() => realtime.stop());

  const demo = options.demo ? { email: DEMO_EMAIL, password: keys.demo_password, org_id: DEMO_ORG_ID } : null;
  const facts: StackFile = {
    url: http.url,
    dashboard_url: `${http.url}/dashboard/`,
    publishable_key: keys.publishable_key,
    secret_key: keys.secret_key,
    demo,
  };
  await dashboardBuilt;
  const { stackFile } = options;
  if (stackFile !== null) {
    await writeStackFile(stackFile, facts);
    started.defer(() => removeOwnStackFile(stackFile, facts.url));
  }
  const running = started.move();
  return {
    url: facts.url,
    publishableKey: facts.publishable_key,
    secretKey: facts.secret_key,
    demo: demo === null ? null : { email: demo.email, password: demo.password, orgId: demo.org_id },
    sql: (text, parameters) => data.database.query(text, parameters),
    warm: (slugs) => functions.warm(slugs),
    stop: () => running.disposeAsync(),
  };
}
