import { serveGateway } from "@shared/gateway/mod.ts";

serveGateway();
