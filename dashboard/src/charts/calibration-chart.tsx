import type { CurvePoint } from "../api/quality.ts";
import { useText } from "../i18n/language.tsx";
import { useFormat } from "../organization/use-format.ts";
import { DataTable } from "../ui/data-table.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { chartMessages } from "./chart-messages.ts";

/** The picture's own measures; it is as wide as there is room. */
const [SIZE, START, END] = [240, 34, 14];

const at = (share: number) => START + share * (SIZE - START - END);

/** What scores said against how often they were right: on the diagonal they can be believed. */
export function CalibrationChart({ label, curve }: { label: string; curve: readonly CurvePoint[] }) {
  const t = useText(chartMessages);
  const { share, count } = useFormat();
  const most = Math.max(...curve.map(({ labels }) => labels), 1);
  const up = (value: number) => SIZE - at(value);
  const points = [...curve].sort((one, other) => one.said - other.said);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const table = (
    <DataTable
      caption={label}
      rows={points}
      rowKey={({ said }) => String(said)}
      columns={[
        { key: "said", title: t("said"), cell: ({ said }) => share(said) },
        { key: "right", title: t("wasRight"), figure: true, cell: ({ right }) => share(right) },
        { key: "labels", title: t("judgements"), figure: true, cell: ({ labels }) => count(labels) },
      ]}
    />
  );
  return (
    <ChartFrame
      label={label}
      table={table}
      legend={[{ label: t("wasRight"), color: "var(--series-1)" }, {
        label: t("perfect"),
        color: "var(--muted)",
        dashed: true,
      }]}
    >
      <svg className="calibration" viewBox={`0 0 ${SIZE} ${SIZE}`} direction="ltr">
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="calibration-grid" x1={at(0)} x2={at(1)} y1={up(tick)} y2={up(tick)} />
            <text x={START - 4} y={up(tick)} textAnchor="end" dominantBaseline="central">{share(tick)}</text>
            <text x={at(tick)} y={SIZE - START + 12} textAnchor="middle">{share(tick)}</text>
          </g>
        ))}
        <text x={at(0.5)} y={SIZE - 5} textAnchor="middle">{t("said")}</text>
        <line className="calibration-ideal" x1={at(0)} y1={up(0)} x2={at(1)} y2={up(1)} />
        <polyline
          className="calibration-line"
          points={points.map((each) => `${at(each.said)},${up(each.right)}`).join(" ")}
        />
        {points.map(({ said, right, labels }) => (
          <circle
            key={said}
            className="calibration-point"
            cx={at(said)}
            cy={up(right)}
            r={2 + 4 * Math.sqrt(labels / most)}
          >
            <title>{`${share(said)} → ${share(right)} (${count(labels)})`}</title>
          </circle>
        ))}
      </svg>
    </ChartFrame>
  );
}
