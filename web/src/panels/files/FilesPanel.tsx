import { RefreshCw, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { explain, type FileList, useDeleteFile, useFiles, useUpload } from "../../api";
import { Button, EmptyState, format, IconButton, notify, SearchField } from "../../ui";
import { Answer } from "../Answer";
import { Panel } from "../Panel";
import { FileTile } from "./FileTile";
import { useDrop } from "./useDrop";

const PAGE = 60;

/** The gallery of all kept files. */
export function FilesPanel() {
  const query = useFiles();
  const upload = useUpload();
  const remove = useDeleteFile();
  const chooser = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState("");
  const [limit, setLimit] = useState(PAGE);

  const keep = async (files: File[]) => {
    for (const file of files)
      await upload.mutateAsync(file).then(
        () => notify.done(`${file.name} is kept`),
        (thrown: unknown) =>
          notify.failed(`${file.name}: ${explain(thrown).message}`, explain(thrown).remedy),
      );
  };
  const drop = useDrop((files) => void keep(files));
  const forget = (filename: string) =>
    remove.mutate(filename, {
      onSuccess: () => notify.done(`${filename} was deleted`),
      onError: (thrown) => notify.failed(explain(thrown).message, explain(thrown).remedy),
    });

  const chosen = ({ files }: FileList) =>
    files.filter(({ filename, original_name }) =>
      `${filename} ${original_name ?? ""}`.toLowerCase().includes(search.trim().toLowerCase()),
    );
  const addButton = (
    <Button icon={<Upload size={14} />} busy={upload.isPending} onClick={() => chooser.current?.click()}>
      Add a file
    </Button>
  );

  return (
    <Panel
      title="Files"
      actions={
        <>
          <IconButton
            size="small"
            label="Look again"
            icon={<RefreshCw size={14} />}
            onClick={() => void query.refetch()}
          />
          <IconButton
            size="small"
            label="Add a file"
            icon={<Upload size={14} />}
            onClick={() => chooser.current?.click()}
          />
        </>
      }
      top={<SearchField label="Search the files" value={search} onChange={setSearch} />}
    >
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Choose files to add"
        onChange={(event) => {
          void keep([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <div className={drop.over ? "pn-drop pn-drop-over" : "pn-drop"} {...drop.handlers}>
        <Answer query={query} shape="tiles">
          {(list) => {
            const files = chosen(list);
            if (list.count === 0)
              return (
                <EmptyState
                  icon={<Upload size={22} />}
                  text="Pictures that runs make are kept here. Drop files to add your own."
                  action={addButton}
                />
              );
            if (files.length === 0) return <EmptyState text={`No file is called “${search.trim()}”.`} />;
            return (
              <>
                <p className="pn-total">
                  {format.count(list.count, "file")} · {format.bytes(list.total_size)}
                </p>
                <ul className="pn-tiles">
                  {files.slice(0, limit).map((file) => (
                    <FileTile key={file.filename} file={file} onDelete={forget} />
                  ))}
                </ul>
                {files.length > limit && (
                  <Button kind="quiet" className="pn-wide" onClick={() => setLimit(limit + PAGE)}>
                    Show more of {format.count(files.length, "file")}
                  </Button>
                )}
              </>
            );
          }}
        </Answer>
      </div>
    </Panel>
  );
}
