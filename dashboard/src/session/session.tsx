import type { Session } from "@supabase/supabase-js";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { forgetAnswers } from "../query/use-query.ts";
import { useProject } from "./project.tsx";

const SessionContext = createContext<Session | null>(null);

/** Shows its children to who is signed in, the sign-in to others, and nothing until it is known. */
export function SessionGate({ signIn, children }: { signIn: ReactNode; children: ReactNode }) {
  const { client } = useProject();
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  useEffect(() => {
    const { data } = client.auth.onAuthStateChange((_event, next) => {
      setSession((now) => {
        if (now?.user.id !== next?.user.id) forgetAnswers();
        return next;
      });
    });
    return () => data.subscription.unsubscribe();
  }, [client]);
  if (session === undefined) return null;
  if (session === null) return signIn;
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("Cannot say who is signed in: there is no SessionGate");
  return session;
}
