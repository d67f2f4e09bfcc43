import type { ApplicationTemplate } from '@joinery/graph-api/contract';
import {
  Button,
  Card,
  CardHeader,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Text,
  tokens,
} from '@fluentui/react-components';
import { EmptyState, errorText, Page, QueryView, SearchField, uiMessages, useToasts, useUrlState } from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { addApplication, galleryQuery } from '../data/applications.ts';
import { messages } from '../messages.ts';

const m = messages.gallery;

export function GalleryPage() {
  const styles = useStyles();
  const [{ search }, setFilters] = useUrlState(['search']);
  const [chosen, setChosen] = useState<ApplicationTemplate>();
  const gallery = useQuery(galleryQuery);
  return (
    <Page title={m.title} description={m.description}>
      <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
      <QueryView query={gallery}>
        {({ value }) => {
          const found = value.filter((one) => matches(one, search));
          if (found.length === 0) return <EmptyState title={m.empty}>{m.emptyText}</EmptyState>;
          return (
            <ul className={styles.grid}>
              {found.map((template) => (
                <li key={template.id}>
                  <Card className={styles.card}>
                    <CardHeader
                      header={
                        <Text as="h2" size={400} weight="semibold" style={{ margin: 0 }}>
                          {template.displayName}
                        </Text>
                      }
                      description={<Text size={200}>{m.by(template.publisher)}</Text>}
                    />
                    <Text className={styles.text}>{template.description}</Text>
                    <Button aria-label={m.add(template.displayName)} onClick={() => setChosen(template)}>
                      {messages.add}
                    </Button>
                  </Card>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
      {chosen && <AddDialog template={chosen} onClose={() => setChosen(undefined)} />}
    </Page>
  );
}

function matches(template: ApplicationTemplate, search: string): boolean {
  const words = search.trim().toLowerCase();
  return [template.displayName, template.publisher, ...template.categories].some((text) =>
    text.toLowerCase().includes(words),
  );
}

function AddDialog({ template, onClose }: { template: ApplicationTemplate; onClose: () => void }) {
  const router = useRouter();
  const toasts = useToasts();
  const [name, setName] = useState(template.displayName);
  const addition = useMutation({
    mutationFn: () => addApplication(template.id, name.trim()),
    onSuccess: (id) => {
      toasts.success(m.added(name.trim()));
      router.history.push(`/enterprise-applications/${id}`);
    },
  });
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') addition.mutate();
          }}
        >
          <DialogBody>
            <DialogTitle>{m.add(template.displayName)}</DialogTitle>
            <DialogContent>
              {addition.isError && (
                <MessageBar intent="error">
                  <MessageBarBody>{errorText(addition.error)}</MessageBarBody>
                </MessageBar>
              )}
              <Field label={m.nameLabel} hint={m.nameHint}>
                <Input value={name} maxLength={120} required onChange={(_, { value }) => setName(value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{uiMessages.cancel}</Button>
              <Button type="submit" appearance="primary" disabled={addition.isPending || name.trim() === ''}>
                {m.create}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

const useStyles = makeStyles({
  grid: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: tokens.spacingHorizontalL,
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
  },
  card: { height: '100%', boxSizing: 'border-box' },
  text: { flexGrow: 1, color: tokens.colorNeutralForeground2 },
});
