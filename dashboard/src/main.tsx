import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { loadConfig } from "./config/load-config.ts";
import { LanguageProvider } from "./i18n/language.tsx";
import { openProject, ProjectProvider } from "./session/project.tsx";
import { ErrorState } from "./ui/error-state.tsx";
import "./styles/index.css";

const element = document.getElementById("app");
if (element === null) throw new Error("Cannot start: the page has no #app");
const root = createRoot(element);

try {
  const project = openProject(await loadConfig(import.meta.env.BASE_URL));
  root.render(
    <StrictMode>
      <ProjectProvider project={project}>
        <App />
      </ProjectProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <LanguageProvider>
      <main className="content content-narrow">
        <ErrorState
          error={error instanceof Error ? error : new Error(String(error))}
          onRetry={() => globalThis.location.reload()}
        />
      </main>
    </LanguageProvider>,
  );
}
