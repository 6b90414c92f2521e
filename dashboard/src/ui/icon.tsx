/** Outlines on a 20 × 20 grid. */
const PATHS = {
  overview: "M3 10.5 10 4l7 6.5M5 9v7h10V9",
  costs:
    "M10 3v14M13.5 6.2C12.8 5.3 11.5 5 10 5c-2 0-3.5.9-3.5 2.5S8 9.8 10 10.2s3.6 1 3.6 2.6S12 15.3 10 15.3c-1.7 0-3-.5-3.7-1.5",
  requests: "M4 5h12M4 10h12M4 15h7",
  models: "M10 3 4 6.5v7L10 17l6-3.5v-7zM4 6.5 10 10l6-3.5M10 10v7",
  alerts: "M6 8.5a4 4 0 0 1 8 0c0 4 1.5 5 1.5 5h-11S6 12.5 6 8.5M8.5 16a1.6 1.6 0 0 0 3 0",
  quality: "M3.5 16.5h13M5.5 13.5V9M10 13.5v-9M14.5 13.5V7",
  budgets: "M3.5 6.5h13v9h-13zM3.5 9.5h13M12.5 12.5h1.5",
  policies: "M5 4v4a4 4 0 0 0 4 4h6M12.5 9l3 3-3 3M5 12v4",
  prompts: "M4 4.5h12v8.5H9l-3.5 3v-3H4z",
  keys: "M6.8 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M9.2 10.6 16 4M13.2 6.8l2.2 2.2",
  settings: "M4 6h7M14 6h2M4 14h2M9 14h7M12.5 4.2v3.6M7.5 12.2v3.6",
  members:
    "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M2.8 16c.5-3 2.3-4.2 4.7-4.2s4.2 1.2 4.7 4.2M13 9.3a2.3 2.3 0 1 0-.8-4.4M14 11.8c1.8.2 2.9 1.5 3.2 3.7",
  audit: "M5 3.5h7l3 3v10H5zM7.5 9.5h5M7.5 12.5h5",
  assistant: "M4 5.5h12v8H9.5L6 16.5v-3H4zM7.5 9.5h.1M10 9.5h.1M12.5 9.5h.1",
  knowledge: "M10 5.5C8.5 4.3 6.5 4 3.5 4v11c3 0 5 .3 6.5 1.5 1.5-1.2 3.5-1.5 6.5-1.5V4c-3 0-5 .3-6.5 1.5zM10 5.5v11",
  jobs: "M3.5 5.5h3v3h-3zM3.5 12h3v3h-3zM9.5 7h7M9.5 13.5h7",
  file: "M5 3.5h6.5L15 7v9.5H5zM11.5 3.5V7H15",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  close: "M5 5l10 10M15 5 5 15",
  refresh: "M16 10a6 6 0 1 1-1.8-4.3M16 3.5v3.3h-3.3",
  download: "M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 16h12",
  search: "M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10M12.7 12.7 16.5 16.5",
  sun:
    "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5",
  user: "M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M4 17c.6-3.4 2.9-5 6-5s5.4 1.6 6 5",
  chevron: "M6 8l4 4 4-4",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  warning: "M10 3.5 17 16H3zM10 8v4M10 13.9v.1",
  arrow: "M4 10h12M11.5 5.5 16 10l-4.5 4.5",
  copy: "M7 7h9v9H7zM4 13V4h9",
  info: "M10 16.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M10 9.3v4M10 6.6v.1",
  plus: "M10 4v12M4 10h12",
  chat: "M3.5 5h13v8.5h-6.5L7 16.5v-3H3.5zM6.5 8h7M6.5 10.5h4.5",
  upload: "M10 13V4M6.5 7.5 10 4l3.5 3.5M4 16h12",
  tools:
    "M12.5 3.5a4 4 0 0 0-3.6 5.6L3.5 14.5 5.5 16.5l5.4-5.4a4 4 0 0 0 5.4-4.7L14 8.5 11.5 6l2.2-2.2a4 4 0 0 0-1.2-.3",
  assistants: "M5 7.5h10v8H5zM10 4.5v3M7.5 11v1M12.5 11v1M3 10.5v2.5M17 10.5v2.5",
  memory: "M6 4h8v12l-4-2.5L6 16zM8.5 7.5h3",
  thumbUp: "M7 9l3-5.5c1.2 0 2 .8 1.7 2.2L11.2 8H15c1 0 1.7.9 1.4 1.9l-1.5 5c-.2.7-.8 1.1-1.5 1.1H7zM7 9H3.5v7H7",
  thumbDown:
    "M13 11l-3 5.5c-1.2 0-2-.8-1.7-2.2L8.8 12H5c-1 0-1.7-.9-1.4-1.9l1.5-5C5.3 4.4 5.9 4 6.6 4H13zM13 11h3.5V4H13",
  history: "M4.2 7A6.5 6.5 0 1 1 3.5 10M4 3.5V7h3.5M10 6.5V10l2.5 1.5",
  send: "M3.5 10 16.5 4l-4 13-3-5.5zM9.5 11.5 16.5 4",
  stop: "M5.5 5.5h9v9h-9z",
  edit: "M4 16l.8-3.2L13 4.6l2.4 2.4-8.2 8.2zM11.5 6.1l2.4 2.4",
  pin: "M7.5 3.5h5l-.5 5 2.5 2.5h-9L8 8.5zM10 11v5.5",
  archive: "M3.5 4.5h13v3h-13zM4.5 7.5v8h11v-8M8 10.5h4",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.7 10.5h6.6L14 6",
  live: "M10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4M6 14a5.6 5.6 0 0 1 0-8M14 6a5.6 5.6 0 0 1 0 8",
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside words; it says nothing by itself, so screen readers pass over it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
