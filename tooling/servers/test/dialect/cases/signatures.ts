import { signedFetch } from "@stowage/servers";
import type { RequestToSign } from "@stowage/servers";
import { statusOf } from "../dialect-case.js";
import type { DialectCase } from "../dialect-case.js";

function wrongly(id: string, s3: string, wrong: NonNullable<RequestToSign["wrong"]>): DialectCase {
  return {
    id,
    s3,
    observe: ({ server }) =>
      statusOf(signedFetch(server, { method: "PUT", path: `/${server.bucket}/${id}`, body: "content", wrong })),
  };
}

const minute = 60_000;

/** Signatures in the header. */
export const signatureCases: readonly DialectCase[] = [
  wrongly("signature/right", "200", {}),
  wrongly("signature/another-secret", "403 SignatureDoesNotMatch", { secretAccessKey: "guessed" }),
  wrongly("signature/unknown-key", "403 InvalidAccessKeyId", { accessKeyId: "AKIAUNKNOWN" }),
  wrongly("signature/another-region", "400 AuthorizationHeaderMalformed", { region: "eu-west-9" }),
  wrongly("signature/of-14-minutes-ago", "200", { date: new Date(Date.now() - 14 * minute) }),
  wrongly("signature/of-20-minutes-ago", "403 RequestTimeTooSkewed", { date: new Date(Date.now() - 20 * minute) }),
  wrongly("signature/of-in-20-minutes", "403 RequestTimeTooSkewed", { date: new Date(Date.now() + 20 * minute) }),
  wrongly("signature/unsigned-payload", "200", { payloadHash: "UNSIGNED-PAYLOAD" }),
  wrongly("signature/field-put-in", "403 AccessDenied", { unsignedHeaders: { "x-amz-meta-by": "somebody" } }),
  {
    id: "signature/none",
    s3: "403 AccessDenied",
    observe: ({ server }) => statusOf(fetch(`${server.endpoint}/${server.bucket}/signature/none`)),
  },
];
