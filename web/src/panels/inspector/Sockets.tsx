import type { InputDefinition, OutputDefinition } from "../../model/types";
import { socketColour, Words } from "../../ui";

function facts(socket: InputDefinition | OutputDefinition): string {
  const input = "pull" in socket ? socket : null;
  const said = [
    socket.type,
    socket.array && "several",
    input?.pull && "asked for",
    input?.do_not_wait && "does not wait",
    input && !input.required && "optional",
  ];
  return said.filter(Boolean).join(" · ");
}

function Row({ socket }: { socket: InputDefinition | OutputDefinition }) {
  const waits = !("do_not_wait" in socket && socket.do_not_wait);
  return (
    <li className="pn-socket">
      <span
        className={`pn-dot${socket.array ? " pn-dot-square" : ""}${waits ? "" : " pn-dot-ring"}`}
        style={{ color: socketColour(socket.type) }}
      />
      <span>
        <span className="pn-socket-name">{socket.name}</span>{" "}
        <span className="ui-small ui-mut">{facts(socket)}</span>
        {socket.description && (
          <span className="pn-socket-text">
            <Words text={socket.description} />
          </span>
        )}
      </span>
    </li>
  );
}

/** What goes in and what comes out. */
export function Sockets(props: { inputs: readonly InputDefinition[]; outputs: readonly OutputDefinition[] }) {
  const { inputs, outputs } = props;
  return (
    <>
      {inputs.length > 0 && (
        <section aria-label="Inputs">
          <h3 className="pn-label">Inputs</h3>
          <ul>
            {inputs.map((socket) => (
              <Row key={socket.name} socket={socket} />
            ))}
          </ul>
        </section>
      )}
      {outputs.length > 0 && (
        <section aria-label="Outputs">
          <h3 className="pn-label">Outputs</h3>
          <ul>
            {outputs.map((socket) => (
              <Row key={socket.name} socket={socket} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
