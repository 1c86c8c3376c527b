import type { Receipt } from "../../model/types";
import { format } from "../../ui";
import { useTitle } from "../names";

const CHARGED: Record<string, string> = {
  yes: "charged",
  no: "not charged",
  unknown: "may have been charged",
};

function Row({ receipt }: { receipt: Receipt }) {
  const title = useTitle(receipt.node);
  const file = typeof receipt.asset === "string" ? receipt.asset : receipt.asset?.filename;
  const money = receipt.cost_usd === null ? null : format.usd(receipt.cost_usd);
  const facts = [receipt.model, receipt.state, money, CHARGED[receipt.charged ?? ""]];
  return (
    <li className="pn-receipt">
      <span>
        {title} <span className="ui-mut ui-small ui-num">{format.when(receipt.created_at)}</span>
      </span>
      <span className="ui-small ui-mut">{facts.filter(Boolean).join(" · ")}</span>
      {file && (
        <a
          className="ui-small"
          href={`/servable/${encodeURIComponent(file)}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {file}
        </a>
      )}
    </li>
  );
}

/** The paid calls of a run. */
export function Receipts({ receipts }: { receipts: readonly Receipt[] }) {
  if (receipts.length === 0) return null;
  return (
    <section aria-label="Paid calls">
      <h3 className="pn-label">Paid calls</h3>
      <ul>
        {receipts.map((receipt) => (
          <Row key={`${receipt.node}.${receipt.firing}.${receipt.created_at}`} receipt={receipt} />
        ))}
      </ul>
    </section>
  );
}
