export {
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
  type QueryValue,
  type RequestOptions,
} from './api-client.ts';
export { ApiError } from './api-error.ts';
export { AppFrame, type AppFrameProps, type NavigationEntry, type NavigationGroup } from './app-frame.tsx';
export { ConfirmDialog, useConfirm, type Confirmation } from './confirm.tsx';
export { renderConsole } from './console-root.tsx';
export { CopyButton, CopyField } from './copy-field.tsx';
export { Details, type DetailsTab } from './details.tsx';
export { EntityList, EntityTable, type Column } from './entity-list.tsx';
export { errorText, setErrorTexts, type ErrorTexts } from './error-text.ts';
export { FrontPage } from './front-page.tsx';
export { useKeysetPages, type KeysetPage, type KeysetPages } from './keyset-pages.ts';
export { uiMessages } from './messages.ts';
export { Page, Section, setAppName, type Crumb, type PageProps } from './page.tsx';
export { createQueryClient } from './query-client.ts';
export { QueryView } from './query-view.tsx';
export { LinkButton, RouteLink, useFollow } from './route-link.tsx';
export { SearchField } from './search-field.tsx';
export { SidePanel } from './side-panel.tsx';
export { EmptyState, ErrorState, LoadingState, NoPermission } from './states.tsx';
export { StatusBadge, type Tone } from './status-badge.tsx';
export { ThemeSwitch, useThemeChoice, type ThemeChoice } from './theme.tsx';
export { DateTime, RelativeTime, useNow } from './time.tsx';
export { dateText, dateTimeText, durationText, parseTime, relativeTimeText } from './time-text.ts';
export { useToasts, type Toasts } from './toast.tsx';
export { useUnsavedGuard } from './unsaved.ts';
export { useUrlState } from './url-state.ts';
