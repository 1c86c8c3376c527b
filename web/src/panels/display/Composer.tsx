import { ArrowUp, Plus, Square } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import {
  cancelRun,
  isRunning,
  sendMessage,
  setDraft,
  useChat,
  useDefinition,
  useDoc,
  useRun,
} from "../../state";
import { Button, IconButton } from "../../ui";
import { addToCanvas } from "../editor";
import { inputOf, isHeard } from "./conversation";

const INPUT = "display_input";

function NoInput() {
  const known = useDefinition(INPUT) !== undefined;
  return (
    <div className="ch-none">
      <p>Messages come in at a Display Input node.</p>
      <Button size="small" icon={<Plus size={13} />} disabled={!known} onClick={() => addToCanvas(INPUT)}>
        Add Display Input
      </Button>
    </div>
  );
}

/** Where a person writes: Enter sends, Shift and Enter begin a new line. */
export function Composer() {
  const input = useDoc(inputOf);
  const heard = useDoc((doc) => input !== null && isHeard(doc, input));
  const draft = useChat((chat) => chat.draft);
  const running = isRunning(useRun((run) => run.status));
  const field = useRef<HTMLTextAreaElement>(null);
  if (input === null) return <NoInput />;

  const send = () => {
    void sendMessage(draft);
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.nativeEvent.isComposing) return; // Enter ends the word that is being composed
    event.preventDefault();
    send();
  };
  return (
    <form
      className="ch-composer"
      aria-label="Message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="ch-field">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          aria-label="Write a message"
          placeholder="Write a message"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={pressed}
        />
        {running && (
          <IconButton
            size="small"
            label="Stop the run"
            icon={<Square size={12} fill="currentColor" />}
            onClick={() => void cancelRun()}
          />
        )}
        <IconButton
          size="small"
          className="ch-send"
          type="submit"
          label={running ? "Send; it waits for the run" : "Send"}
          icon={<ArrowUp size={15} />}
          disabled={draft.trim() === ""}
        />
      </div>
      {!heard && <p className="ch-hint">Connect user_input of Display Input to what is to answer.</p>}
    </form>
  );
}
