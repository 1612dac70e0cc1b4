import type { Call } from "../call.js";
import { findUser } from "../user/find-user.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** `GET /site/config/{section}`: what there is to configure of a site; an unknown section is `basic`. */
export async function siteConfig(call: Call): Promise<Outcome> {
  switch (call.parts[0]) {
    case "login":
      return done(login);
    case "explorer":
      return done({ max_batch_size: 3000 });
    case "emojis":
    case "app":
    case "thumb":
      return done({});
    default:
      return done({
        title: call.settings.title,
        ...(call.caller === null ? {} : { user: await findUser(call, call.caller) }),
      });
  }
}

/** Passwords are all there is: no sign-up, no captcha, no passkeys. Who may sign in, `GET /session/prepare` tells. */
const login = {
  login_captcha: false,
  reg_captcha: false,
  forget_captcha: false,
  authn: false,
  register_enabled: false,
} as const;
