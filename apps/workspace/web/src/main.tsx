import { renderConsole, setAppName, setErrorTexts } from '@joinery/ui';
import { RouterProvider } from '@tanstack/react-router';
import { queries } from './data/queries.ts';
import { errorTexts } from './messages/error-texts.ts';
import { messages } from './messages/messages.ts';
import { router } from './routes.tsx';

setErrorTexts(errorTexts);
setAppName(messages.name);
renderConsole(queries, <RouterProvider router={router} />);
