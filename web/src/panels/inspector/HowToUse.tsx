import { isOpen } from "../../model/doors";
import { useDoc, useDocState, useServer } from "../../state";
import { Copy } from "../../ui";
import { chatSnippet, mcpSnippet } from "./snippets";

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div className="pn-snippet">
      <div className="pn-output-head">
        <span className="ui-mut">{title}</span>
        <Copy label={`Copy: ${title}`} text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}

/** Lines to copy into the programs that call it. */
export function HowToUse() {
  const id = useDocState((state) => state.id);
  const url = useServer((state) => state.info?.public_url) ?? globalThis.location.origin;
  const token = useServer((state) => state.info?.token_required) ?? false;
  const model = useDoc((doc) => isOpen(doc, "model"));
  const mcp = useDoc((doc) => (["tool", "prompt", "resource"] as const).some((door) => isOpen(doc, door)));
  return (
    <>
      {model && <Snippet title="OpenAI SDK" text={chatSnippet(url, id, token)} />}
      {mcp && <Snippet title="MCP address" text={`${url}/mcp`} />}
      {mcp && <Snippet title="Claude Code" text={mcpSnippet(url, token)} />}
      {token && (
        <p className="ui-note">This server wants its token: as the API key, or as the Bearer token.</p>
      )}
    </>
  );
}
