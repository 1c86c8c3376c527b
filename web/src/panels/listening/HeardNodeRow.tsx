import { CalendarClock, MessageSquare, Radio, Webhook } from "lucide-react";
import type { ReactNode } from "react";
import type { HeardNode } from "../../api";
import { goTo, useDefinition, useServer } from "../../state";
import { Copy, format } from "../../ui";
import { useTitle } from "../names";

const ICONS: Record<string, ReactNode> = {
  webhook: <Webhook size={13} />,
  schedule: <CalendarClock size={13} />,
  receive_event: <Radio size={13} />,
  display_input: <MessageSquare size={13} />,
};

/** Whether callers must show who they are, and what is wrong about it, if anything is. */
function safety({ warning, signed }: HeardNode, token: boolean): string {
  if (warning === "secret_missing") return "its secret is missing, so every call is refused";
  if (signed) return "signed";
  return token
    ? "unsigned: callers need the token of this server"
    : "unsigned: whoever has the address can call it";
}

/** The part of an address that tells it from others. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function WebhookFacts({ heard }: { heard: HeardNode }) {
  const { url, method, warning } = heard;
  const token = useServer((state) => state.info?.token_required === true);
  if (!url) return null;
  return (
    <>
      <span className="pn-heard-line">
        <span className="ui-small ui-mut">{method}</span>
        <code className="ui-ellipsis ui-grow" title={url}>
          {pathOf(url)}
        </code>
        <Copy label="Copy the address" text={url} />
      </span>
      <span className="ui-small" data-warning={warning ? true : undefined}>
        {safety(heard, token)}
      </span>
    </>
  );
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `every hour`, `next today 14:00`; the zone where it is not that of this computer. */
export function scheduleWords({ every, cron, timezone, next_at }: HeardNode): string[] {
  const rule = every ?? (cron ? `cron ${cron}${timezone && timezone !== here ? ` in ${timezone}` : ""}` : "");
  const next = next_at == null ? "not due again" : `next ${format.upcoming(next_at)}`;
  return [rule, next].filter(Boolean);
}

function Facts({ heard }: { heard: HeardNode }) {
  if (heard.type === "webhook") return <WebhookFacts heard={heard} />;
  if (heard.type === "schedule" && heard.next_at !== undefined)
    return (
      <span className="ui-small ui-mut ui-num">
        {scheduleWords(heard).map((part, at, { length }) => (
          <span key={part} className={at ? "pn-heard-next" : undefined}>
            {at < length - 1 ? `${part} · ` : part}
          </span>
        ))}
      </span>
    );
  if (heard.listen_id)
    return (
      <span className="pn-heard-line">
        <span className="ui-small ui-mut">event</span>
        <code className="ui-ellipsis ui-grow" title={heard.listen_id}>
          {heard.listen_id}
        </code>
      </span>
    );
  return heard.always ? <span className="ui-small ui-mut">messages, with or without listening</span> : null;
}

function Name({ heard: { node, type }, open }: { heard: HeardNode; open: boolean }) {
  const own = useTitle(node);
  const kind = useDefinition(type)?.title ?? type;
  if (!open)
    return (
      <span className="ui-ellipsis" title={`${kind} ${node}`}>
        {kind} {node !== type && <code className="ui-small ui-mut">{node}</code>}
      </span>
    );
  return (
    <button type="button" className="ui-link ui-ellipsis" title={own} onClick={() => goTo(node)}>
      {own}
    </button>
  );
}

/** One node that is heard for, and where or when. */
export function HeardNodeRow({ heard, open }: { heard: HeardNode; open: boolean }) {
  return (
    <li className="pn-heard-node">
      <span className="pn-heard-icon" aria-hidden="true">
        {ICONS[heard.type] ?? <Radio size={13} />}
      </span>
      <span className="pn-heard-facts">
        <Name heard={heard} open={open} />
        <Facts heard={heard} />
        {heard.error && (
          <span className="ui-small" data-warning>
            {heard.error.message} {heard.error.remedy}
          </span>
        )}
      </span>
    </li>
  );
}
