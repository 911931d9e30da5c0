import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Outlet } from 'react-router';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { StepUp } from '../../features/step-up/step-up.tsx';
import { forgetDrafts } from '../../lib/drafts.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';

/** Layout of the pages of signed-in users. Each user has a query cache of their own, so nobody sees another's data. */
export function SignedInArea() {
  const { reportFailure } = useAuth();
  const { userId } = useSession();
  const [queryClient] = useState(() => createQueryClient(reportFailure));
  useEffect(() => forgetDrafts({ exceptOf: userId }), [userId]);
  return (
    <QueryClientProvider client={queryClient}>
      <StepUp>
        <Outlet />
      </StepUp>
    </QueryClientProvider>
  );
}
