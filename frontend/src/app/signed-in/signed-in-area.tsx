import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Outlet } from 'react-router';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { createQueryClient } from '../../lib/query/query-client.ts';

/** What the pages of signed-in users share. Its query cache goes when the session goes: no user sees another's data. */
export function SignedInArea() {
  const { sessionEnded } = useAuth();
  const [queryClient] = useState(() => createQueryClient(sessionEnded));
  return (
    <QueryClientProvider client={queryClient}>
      <Outlet />
    </QueryClientProvider>
  );
}
