/** Properties of the Blob service that let pages of these origins send and read. */
export function corsDocument(origins: readonly string[]): string {
  const rules = origins.map(
    (origin) =>
      `<CorsRule><AllowedOrigins>${origin}</AllowedOrigins><AllowedMethods>PUT,GET,HEAD</AllowedMethods>` +
      "<AllowedHeaders>*</AllowedHeaders><ExposedHeaders>*</ExposedHeaders>" +
      "<MaxAgeInSeconds>3600</MaxAgeInSeconds></CorsRule>",
  );
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<StorageServiceProperties><Cors>${rules.join("")}</Cors></StorageServiceProperties>`
  );
}
