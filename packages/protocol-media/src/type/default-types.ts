/** No SVG: it is a page with scripts as much as a picture, and its bytes tell no more than XML. */
export const defaultImageTypes: readonly string[] = [
  "image/jpeg",
  "image/png",
  "image/apng",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/heic",
];

const openXml = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

/** No `application/x-cfb`: old Office files have that signature, and so have Windows installers. */
export const defaultDocumentTypes: readonly string[] = [
  "application/pdf",
  `${openXml}.wordprocessingml.document`,
  `${openXml}.spreadsheetml.sheet`,
  `${openXml}.presentationml.presentation`,
  `${openDocument}.text`,
  `${openDocument}.spreadsheet`,
  `${openDocument}.presentation`,
  "application/rtf",
];
