import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createContext, type ReactNode, useContext } from "react";
import type { Config } from "../config/load-config.ts";
import { fetchInLanguage } from "./fetch-in-language.ts";

/** The project's API, and which project it is. */
export interface Project {
  client: SupabaseClient;
  config: Config;
}

const ProjectContext = createContext<Project | null>(null);

/** Connects to a project. The session stays in this browser until it is ended. */
export function openProject(config: Config): Project {
  return {
    client: createClient(config.url, config.publishableKey, {
      auth: { storageKey: "signalbox.session" },
      global: { fetch: fetchInLanguage(() => document.documentElement.lang, (...request) => fetch(...request)) },
    }),
    config,
  };
}

/** Gives everything below it a project. */
export function ProjectProvider({ project, children }: { project: Project; children: ReactNode }) {
  return <ProjectContext value={project}>{children}</ProjectContext>;
}

/** The project's API, with the rights of who is signed in. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) throw new Error("Cannot reach the project: there is no ProjectProvider");
  return project;
}
