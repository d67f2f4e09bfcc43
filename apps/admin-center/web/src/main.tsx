import { product } from '@joinery/base';
import { renderConsole, setAppName, setErrorTexts } from '@joinery/ui';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient } from './data/api.ts';
import { errorTexts, messages } from './messages.ts';
import { router } from './router.tsx';

setAppName(`${product.name} ${messages.app}`);
setErrorTexts(errorTexts);
renderConsole(queryClient, <RouterProvider router={router} />);
