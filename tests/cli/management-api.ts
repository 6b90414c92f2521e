/** What the CLI sent for one function. */
export interface Upload {
  /** Text by path as the server would see it. */
  files: Map<string, string>;
  entrypoint: string;
  importMap: string;
  /** Null when the CLI did not send it, which keeps what the server has. */
  verifyJwt: boolean | null;
}

/** A stand-in for Supabase's Management API that takes deployments and remembers them. */
export interface ManagementApi {
  url: string;
  /** By function slug. */
  uploads: Map<string, Upload>;
  /** `METHOD /path` of requests that it does not know. */
  unknown: string[];
  stop: () => Promise<void>;
}

const PROJECT = { region: "eu-central-1", status: "ACTIVE_HEALTHY", created_at: "2026-01-01T00:00:00Z" };

/** Starts the stand-in on a free port of the loopback interface. */
export function startManagementApi(projectRef: string): ManagementApi {
  const uploads = new Map<string, Upload>();
  const unknown: string[] = [];
  const project = `/v1/projects/${projectRef}`;

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const slug = searchParams.get("slug") ?? "";
    switch (`${request.method} ${pathname}`) {
      case `GET ${project}`:
        return Response.json({
          ...PROJECT,
          id: projectRef,
          ref: projectRef,
          name: "signalbox",
          organization_id: "stub",
        });
      case `GET ${project}/functions`:
        return Response.json([]);
      case `POST ${project}/functions/deploy`:
        uploads.set(slug, await readUpload(await request.formData()));
        return Response.json(deployed(slug), { status: 201 });
      case `PUT ${project}/functions`:
        return Response.json({ functions: [...uploads.keys()].map(deployed) });
      default:
        unknown.push(`${request.method} ${pathname}`);
        return Response.json({ message: "not found" }, { status: 404 });
    }
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return { url: `http://127.0.0.1:${server.addr.port}`, uploads, unknown, stop: () => server.shutdown() };
}

function deployed(slug: string) {
  return {
    id: slug,
    slug,
    name: slug,
    status: "ACTIVE",
    version: 1,
    created_at: 1,
    updated_at: 1,
    entrypoint_path: slug,
  };
}

async function readUpload(form: FormData): Promise<Upload> {
  const files = new Map<string, string>();
  for (const part of form.getAll("file")) {
    if (part instanceof File) files.set(part.name, await part.text());
  }
  const metadata: Record<string, unknown> = JSON.parse(String(form.get("metadata")));
  return {
    files,
    entrypoint: String(metadata.entrypoint_path),
    importMap: String(metadata.import_map_path),
    verifyJwt: typeof metadata.verify_jwt === "boolean" ? metadata.verify_jwt : null,
  };
}
