import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { Role } from "../organization/roles.ts";
import type { IconName } from "../ui/icon.tsx";
import type { shellMessages } from "./shell-messages.ts";

/** A page of an organization. */
export interface Page {
  /** Below the organization, `/` for its start. */
  path: string;
  title: keyof typeof shellMessages;
  icon: IconName;
  /** observe: figures; work: what people use AI for; control: what decides; organizationGroup: who belongs to it. */
  group: "observe" | "work" | "control" | "organizationGroup";
  /** The least role that has something to see here. */
  role: Role;
  view: LazyExoticComponent<ComponentType>;
}

/** Every page with an entry in the menu, in its order. Each is its own file for the browser, loaded when it is opened. */
export const pages: readonly Page[] = [
  page("/", "overview", "observe", "member", () => import("../pages/overview/overview-page.tsx")),
  page("/costs", "costs", "observe", "member", () => import("../pages/costs/costs-page.tsx")),
  page("/requests", "requests", "observe", "member", () => import("../pages/requests/requests-page.tsx")),
  page("/models", "models", "observe", "guest", () => import("../pages/models/models-page.tsx")),
  page("/quality", "quality", "observe", "member", () => import("../pages/quality/quality-page.tsx")),
  page("/alerts", "alerts", "observe", "manager", () => import("../pages/alerts/alerts-page.tsx")),
  page("/chat", "chat", "work", "guest", () => import("../pages/chat/chat-page.tsx")),
  page("/assistants", "assistants", "work", "guest", () => import("../pages/assistants/assistants-page.tsx")),
  page("/memory", "memory", "work", "guest", () => import("../pages/memory/memory-page.tsx")),
  page("/knowledge", "knowledge", "work", "guest", () => import("../pages/knowledge/knowledge-page.tsx")),
  page("/jobs", "jobs", "work", "member", () => import("../pages/jobs/jobs-page.tsx")),
  page("/budgets", "budgets", "control", "member", () => import("../pages/budgets/budgets-page.tsx")),
  page("/policies", "policies", "control", "guest", () => import("../pages/policies/policies-page.tsx")),
  page("/prompts", "prompts", "control", "member", () => import("../pages/prompts/prompts-page.tsx")),
  page("/tools", "tools", "control", "guest", () => import("../pages/tools/tools-page.tsx")),
  page("/keys", "keys", "control", "member", () => import("../pages/keys/keys-page.tsx")),
  page("/settings", "settings", "control", "guest", () => import("../pages/settings/settings-page.tsx")),
  page("/members", "members", "organizationGroup", "guest", () => import("../pages/members/members-page.tsx")),
  page("/audit", "audit", "organizationGroup", "admin", () => import("../pages/audit/audit-page.tsx")),
];

/** A page without an entry of its own, and the entry it belongs to. */
export interface Subpage {
  pattern: string;
  parent: string;
  role: Role;
  view: LazyExoticComponent<ComponentType<{ id: string }>>;
}

/** Pages about one thing, whose id is the last part of the path. */
export const subpages: readonly Subpage[] = [
  {
    pattern: "/requests/:id",
    parent: "/requests",
    role: "member",
    view: lazy(() => import("../pages/requests/request-page.tsx")),
  },
  {
    pattern: "/assistants/:id",
    parent: "/assistants",
    role: "member",
    view: lazy(() => import("../pages/assistants/assistant-page.tsx")),
  },
  {
    pattern: "/knowledge/:id",
    parent: "/knowledge",
    role: "guest",
    view: lazy(() => import("../pages/knowledge/base-page.tsx")),
  },
  {
    pattern: "/knowledge/documents/:id",
    parent: "/knowledge",
    role: "guest",
    view: lazy(() => import("../pages/knowledge/document-page.tsx")),
  },
  { pattern: "/jobs/:id", parent: "/jobs", role: "member", view: lazy(() => import("../pages/jobs/job-page.tsx")) },
];

function page(
  path: string,
  title: Page["title"] & IconName,
  group: Page["group"],
  role: Role,
  load: () => Promise<{ default: ComponentType }>,
): Page {
  return { path, title, icon: title, group, role, view: lazy(load) };
}
