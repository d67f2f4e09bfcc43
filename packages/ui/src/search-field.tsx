import { SearchBox } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { uiMessages } from './messages.ts';

const settleMs = 250;

/** A search box that tells its text when the reader pauses. */
export function SearchField({
  label = uiMessages.search,
  value,
  onSearch,
}: {
  label?: string;
  value: string;
  onSearch: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useRef(onSearch);
  tell.current = onSearch;
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <SearchBox
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(_, data) => setText(data.value)}
      dismiss={{ 'aria-label': uiMessages.clear }}
      style={{ width: '100%', maxWidth: 360 }}
    />
  );
}
