/** The entity types at the right: the brush of each, its key and how often it is in the document. */

import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Text,
  ToggleButton,
  tokens,
} from "@fluentui/react-components";
import {
  DeleteRegular,
  MoreHorizontalRegular,
  PaintBrushFilled,
  PaintBrushRegular,
  RenameRegular,
} from "@fluentui/react-icons";
import { useState } from "react";
import type { Document } from "../../api/types.ts";
import { count, number } from "../../parts/words.ts";
import type { Span } from "../../tagging/spans.ts";
import { DeleteEntity, RenameEntity } from "./EntityDialogs.tsx";
import { Swatch } from "./Swatch.tsx";
import type { Kind } from "./types.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, overflowY: "auto", minHeight: "76px" },
  item: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    minHeight: "32px",
    paddingLeft: tokens.spacingHorizontalXS,
    borderRadius: tokens.borderRadiusMedium,
    ":hover": { backgroundColor: tokens.colorNeutralBackground6 },
  },
  held: {
    backgroundColor: tokens.colorNeutralBackground6,
    // In high contrast, all that tells it.
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", flexGrow: 1 },
  apply: {
    flexGrow: 1,
    minWidth: 0,
    justifyContent: "flex-start",
    fontWeight: tokens.fontWeightRegular,
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXS}`,
  },
  key: {
    flexShrink: 0,
    minWidth: "18px",
    textAlign: "center",
    padding: "0 3px",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: "16px",
    borderRadius: tokens.borderRadiusSmall,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface EntityListProps {
  project: string;
  kinds: readonly Kind[];
  documents: readonly Document[];
  spans: readonly Span[];
  brush: string | null;
  readOnly: boolean;
  onBrush: (category: string | null) => void;
  /** Tag the selection; without one, take up the brush. */
  onApply: (category: string) => void;
  /** What has to be done before labels change in all documents, and after it. */
  before: () => Promise<unknown>;
  after: () => Promise<unknown>;
}

export function EntityList(props: EntityListProps) {
  const { project, kinds, documents, spans, brush, readOnly, onBrush, onApply } = props;
  const styles = useStyles();
  const [asked, setAsked] = useState<{ what: "rename" | "delete"; category: string } | null>(null);
  const counts = new Map<string, number>();
  for (const { category } of spans) counts.set(category, (counts.get(category) ?? 0) + 1);
  const shared = {
    project,
    before: props.before,
    after: props.after,
    onClose: () => setAsked(null),
  };

  if (kinds.length === 0) {
    return (
      <Text className={styles.quiet}>
        There are no entities yet. Add the kinds of things that you want to find, such as Borrower
        or LoanAmount.
      </Text>
    );
  }
  return (
    <>
      <ul className={styles.list} aria-label="Entities">
        {kinds.map(({ category, description, hue, key }) => (
          <li
            key={category}
            className={mergeClasses(styles.item, brush === category && styles.held)}
          >
            <ToggleButton
              size="small"
              appearance="subtle"
              checked={brush === category}
              disabled={readOnly}
              icon={brush === category ? <PaintBrushFilled /> : <PaintBrushRegular />}
              aria-label={`Brush: ${category}`}
              title={`Tag all that you select as ${category}, until you press Esc`}
              onClick={() => onBrush(brush === category ? null : category)}
            />
            <Button
              size="small"
              appearance="transparent"
              className={styles.apply}
              disabled={readOnly}
              title={description || category}
              aria-label={`Tag as ${category}`}
              {...(key ? { "aria-keyshortcuts": key } : {})}
              // The selection in the text stays as it is.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onApply(category)}
            >
              <Swatch hue={hue} />
              <span className={styles.name} style={{ textAlign: "left" }}>
                {category}
              </span>
            </Button>
            <Badge
              appearance="tint"
              color="informative"
              aria-label={`${count(counts.get(category) ?? 0, "label")} in this document`}
            >
              {number(counts.get(category) ?? 0)}
            </Badge>
            {key && <kbd className={styles.key}>{key}</kbd>}
            <Menu>
              <MenuTrigger disableButtonEnhancement>
                <Button
                  size="small"
                  appearance="subtle"
                  icon={<MoreHorizontalRegular />}
                  disabled={readOnly}
                  aria-label={`More about ${category}`}
                />
              </MenuTrigger>
              <MenuPopover>
                <MenuList>
                  <MenuItem
                    icon={<RenameRegular />}
                    onClick={() => setAsked({ what: "rename", category })}
                  >
                    Rename
                  </MenuItem>
                  <MenuItem
                    icon={<DeleteRegular />}
                    onClick={() => setAsked({ what: "delete", category })}
                  >
                    Delete
                  </MenuItem>
                </MenuList>
              </MenuPopover>
            </Menu>
          </li>
        ))}
      </ul>
      {asked?.what === "rename" && (
        <RenameEntity {...shared} name={asked.category} known={kinds.map((one) => one.category)} />
      )}
      {asked?.what === "delete" && (
        <DeleteEntity {...shared} name={asked.category} documents={documents} />
      )}
    </>
  );
}
