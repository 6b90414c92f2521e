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
  group: "observe" | "control" | "organizationGroup";
  /** The least role that has something to see here. */
  role: Role;
  view: LazyExoticComponent<ComponentType>;
}

/** Every page with an entry in the menu, in its order. Each is its own file for the browser, loaded when it is opened. */
export const pages: readonly Page[] = [
  {
    path: "/",
    title: "overview",
    icon: "overview",
    group: "observe",
    role: "member",
    view: lazy(() => import("../pages/overview/overview-page.tsx")),
  },
];

/** A page without an entry of its own, and the entry it belongs to. */
export interface Subpage {
  pattern: string;
  parent: string;
  role: Role;
  view: LazyExoticComponent<ComponentType<{ id: string }>>;
}

/** Pages about one thing, whose id is the last part of the path. */
export const subpages: readonly Subpage[] = [];
