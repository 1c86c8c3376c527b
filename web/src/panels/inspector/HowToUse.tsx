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

/** The name of the workflow outside, and lines to copy. */
export function HowToUse() {
  const id = useDocState((state) => state.id);
  const url = useServer((state) => state.info?.public_url) ?? globalThis.location.origin;
  const model = useDoc((doc) => isOpen(doc, "model"));
  const mcp = useDoc((doc) => (["tool", "prompt", "resource"] as const).some((door) => isOpen(doc, door)));
  return (
    <>
      <div className="pn-output-head">
        <span>
          <span className="ui-mut">Id</span> <code>{id}</code>
        </span>
        <Copy label="Copy the id" text={id} />
      </div>
      {model && <Snippet title="OpenAI SDK" text={chatSnippet(url, id)} />}
      {mcp && <Snippet title="MCP address" text={`${url}/mcp`} />}
      {mcp && <Snippet title="Claude Code" text={mcpSnippet(url)} />}
      <p className="ui-note">
        Where the server has a token, clients send it as their API key or Bearer token.
      </p>
    </>
  );
}
