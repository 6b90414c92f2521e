import { type FormEvent, useEffect, useState } from "react";
import { ApiError } from "../api/api-error.ts";
import { useText } from "../i18n/language.tsx";
import { useQuery } from "../query/use-query.ts";
import { LanguageSwitch } from "../shell/language-switch.tsx";
import { ThemeSwitch } from "../shell/theme-switch.tsx";
import { Button } from "../ui/button.tsx";
import { useErrorReason } from "../ui/error-state.tsx";
import { TextField } from "../ui/field.tsx";
import { useAction } from "../ui/use-action.ts";
import { oauthProviders } from "./oauth-providers.ts";
import { useProject } from "./project.tsx";
import { signInMessages } from "./sign-in-messages.ts";

/** Where anybody who is not signed in stands, whatever the address: the page asked for follows. */
export function SignInPage() {
  const t = useText(signInMessages);
  useEffect(() => {
    document.title = `${t("title")} · Signalbox`;
  }, [t]);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <img src={`${import.meta.env.BASE_URL}signalbox.svg`} alt="" width="44" height="44" />
        <h1>Signalbox</h1>
        <p className="sign-in-claim">{t("claim")}</p>
        <PasswordForm />
        <OtherProviders />
      </div>
      <footer className="sign-in-footer">
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </main>
  );
}

function PasswordForm() {
  const t = useText(signInMessages);
  const { client } = useProject();
  const { busy, error, run } = useAction();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [message, setMessage] = useState<string | null>(null);
  const reason = useErrorReason(error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMessage(null);
    return run(async () => {
      const { error } = await client.auth.signInWithPassword({ email, password });
      if (error) throw authError(error, t("wrong"));
    });
  };
  const sendLink = () => {
    if (email === "") return setMessage(t("emailFirst"));
    setMessage(null);
    return run(async () => {
      const emailRedirectTo = globalThis.location.href;
      const { error } = await client.auth.signInWithOtp({
        email,
        options: { emailRedirectTo, shouldCreateUser: false },
      });
      // Whether an address has an account is nobody's business: only a failure to answer is told.
      if (error && (error.status ?? 0) === 0) throw authError(error, "");
      setMessage(t("linkSent", { email }));
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={t("email")}
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label={t("password")}
        type="password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        problem={reason}
      />
      <Button type="submit" look="primary" busy={busy}>{t("submit")}</Button>
      <p className="divider">{t("or")}</p>
      <Button onClick={sendLink} disabled={busy}>{t("magicLink")}</Button>
      <p className="form-message" role="status">{message}</p>
    </form>
  );
}

function authError(
  error: { message: string; status?: number | undefined; code?: string | undefined },
  wrong: string,
): ApiError {
  const refused = error.status === 400 || error.status === 401;
  return new ApiError(refused && wrong !== "" ? wrong : error.message, {
    code: error.code ?? null,
    status: error.status ?? 0,
  });
}

function OtherProviders() {
  const t = useText(signInMessages);
  const { client, config } = useProject();
  const { data } = useQuery("oauth", () => oauthProviders(config));
  return data?.map(({ provider, title }) => (
    <Button
      key={provider}
      onClick={() => client.auth.signInWithOAuth({ provider, options: { redirectTo: globalThis.location.href } })}
    >
      {t("continueWith", { provider: title })}
    </Button>
  ));
}
