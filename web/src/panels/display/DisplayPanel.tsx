import { ArrowDown, Image, MessageSquare, Play, X } from "lucide-react";
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { isRunning, pendingTexts, startRun, useChat, useDoc, useRun, withdrawMessage } from "../../state";
import { Button, EmptyState, IconButton } from "../../ui";
import { clearDisplayed, useCleared } from "../cleared";
import { NodeProblem } from "../NodeProblem";
import { useStick } from "../useStick";
import { ChatMenu } from "./ChatMenu";
import { Composer } from "./Composer";
import { inputOf, speakersOf, turnsOf, waitingOf } from "./conversation";
import { Entry, Said, Speaker } from "./Entry";
import { type Failed, failuresOf } from "./failures";
import { Writing } from "./Writing";
import "./chat.css";

function Failure({ failed: { error, times } }: { failed: Failed }) {
  return (
    <div className="pn-entry">
      <header>
        <Speaker node={error.node} title="" />
        {times > 1 && <span className="ui-num">· {times.toLocaleString("en")} times</span>}
      </header>
      <NodeProblem node={error.node} error={error} />
    </div>
  );
}

function Waiting() {
  const queued = useChat((chat) => chat.queued);
  const entries = useChat((chat) => chat.entries);
  const pending = useChat(useShallow(pendingTexts));
  const waiting = useMemo(() => waitingOf(queued, entries), [queued, entries]);
  return (
    <>
      {waiting.map((message) => (
        <Said
          key={message.run_id}
          when="waits"
          aside={
            <IconButton
              size="small"
              label="Take this message back"
              icon={<X size={12} />}
              onClick={() => void withdrawMessage(message)}
            />
          }
        >
          <p className="ui-text ui-mut">{message.text}</p>
        </Said>
      ))}
      {pending.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they leave in order
        <Said key={index} when="on its way">
          <p className="ui-text ui-mut">{text}</p>
        </Said>
      ))}
    </>
  );
}

function Nothing({ cleared }: { cleared: boolean }) {
  const status = useRun((run) => run.status);
  const chats = useDoc((doc) => inputOf(doc) !== null);
  const run = (
    <Button icon={<Play size={14} />} onClick={() => void startRun()}>
      Run
    </Button>
  );
  if (isRunning(status))
    return <EmptyState icon={<Image size={22} />} text="The run is under way. What it shows appears here." />;
  if (chats)
    return (
      <EmptyState
        icon={<MessageSquare size={22} />}
        text="Write a message below: it begins a run, and what the run shows is the answer."
      />
    );
  const text = cleared
    ? "What was shown is cleared. The next run shows its results here."
    : status === null
      ? "Run the workflow: what its Display Output nodes get appears here."
      : "This run has shown nothing. Connect a Display Output node to see a result here.";
  return <EmptyState icon={<Image size={22} />} text={text} action={run} />;
}

/** The conversation with the workflow: what the person wrote, and what runs showed, in order. */
export function DisplayPanel() {
  const entries = useChat((chat) => chat.entries);
  const displayed = useRun((run) => run.displayed);
  const allErrors = useRun((run) => run.errors);
  const hidden = useCleared((now) => now.displayed);
  const hiddenErrors = useCleared((now) => now.errors);
  const errors = useMemo(
    () => failuresOf(allErrors.filter((error) => !hiddenErrors.has(error))),
    [allErrors, hiddenErrors],
  );
  const speakers = useSpeakers();
  const turns = useMemo(() => turnsOf(entries, displayed, hidden), [entries, displayed, hidden]);
  const waiting = useChat((chat) => chat.queued.length + pendingTexts(chat).length);
  const { ref, atEnd, toEnd } = useStick(turns.length + errors.length + waiting);
  const empty = turns.length === 0 && errors.length === 0;
  return (
    <div className="pn-room">
      <div className="pn-scroll" ref={ref}>
        <div className="pn-feed" role="log" aria-label="What the run has shown" aria-live="polite">
          {turns.map((turn) => (
            <Entry key={turn.key} turn={turn} />
          ))}
          {speakers.map((node) => (
            <Writing key={node} node={node} />
          ))}
          {errors.map((failed, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: errors are only ever added at the end
            <Failure key={`${failed.error.node}.${failed.error.code}.${index}`} failed={failed} />
          ))}
          <Waiting />
        </div>
        {empty && waiting === 0 && <Nothing cleared={displayed.length > 0} />}
      </div>
      <div className="ch-foot">
        {!atEnd && (
          <Button size="small" className="pn-newer" icon={<ArrowDown size={13} />} onClick={toEnd}>
            Newest
          </Button>
        )}
        <ChatMenu
          empty={empty}
          unkept={entries.length === 0}
          onClear={() => clearDisplayed(displayed, allErrors)}
        />
        <Composer />
      </div>
    </div>
  );
}

/** The nodes that write what will be displayed; the same list as long as they are the same. */
function useSpeakers(): readonly string[] {
  const names = useDoc((doc) => speakersOf(doc).join(" "));
  return useMemo(() => names.split(" ").filter(Boolean), [names]);
}
