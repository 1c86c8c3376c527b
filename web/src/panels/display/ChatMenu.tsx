import { Ellipsis, Eraser, FileDown, FileUp } from "lucide-react";
import { chatStore, clearChat, currentDoc, loadChat } from "../../state";
import { fileName, pickFile } from "../../state/workflows";
import { IconButton, Menu, notify } from "../../ui";
import { displayFileName, readDisplay, writeDisplay } from "./displayFile";

function save(): void {
  const text = writeDisplay(chatStore.getState().entries);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = displayFileName(fileName(currentDoc().name));
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function take(file: File): Promise<void> {
  const before = chatStore.getState().entries;
  const entries = readDisplay(await file.text());
  if (entries === null) {
    notify.failed("This is no display file.", "Choose one that the menu of this panel has saved.");
  } else if (await loadChat(entries)) {
    const undo = { label: "Undo", onClick: () => void loadChat(before) };
    notify.done(`${file.name} is loaded`, before.length ? undo : undefined);
  }
}

export interface ChatMenuProps {
  /** Whether there is nothing to clear. */
  empty: boolean;
  /** Whether there is nothing that a file would hold. */
  unkept: boolean;
  onClear: () => void;
}

/** What can be done with the whole conversation. */
export function ChatMenu({ empty, unkept, onClear }: ChatMenuProps) {
  const clear = () => {
    onClear();
    void clearChat();
  };
  return (
    <Menu
      side="top"
      items={[
        { label: "Save to a file…", icon: <FileDown size={14} />, disabled: unkept, onSelect: save },
        { label: "Load from a file…", icon: <FileUp size={14} />, onSelect: () => pickFile(take) },
        "separator",
        { label: "Clear", icon: <Eraser size={14} />, danger: true, disabled: empty, onSelect: clear },
      ]}
    >
      <IconButton side="top" label="Conversation" icon={<Ellipsis size={15} />} />
    </Menu>
  );
}
