import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { loadConfig } from "./config/load-config.ts";
import { openProject, ProjectProvider } from "./session/project.tsx";
import "./styles/index.css";

const root = document.getElementById("app");
if (root === null) throw new Error("Cannot start: the page has no #app");

try {
  const project = openProject(await loadConfig(import.meta.env.BASE_URL));
  createRoot(root).render(
    <StrictMode>
      <ProjectProvider project={project}>
        <App />
      </ProjectProvider>
    </StrictMode>,
  );
} catch (error) {
  // Nothing is there yet that could say it better.
  root.textContent = error instanceof Error ? error.message : String(error);
  root.className = "broken";
}
