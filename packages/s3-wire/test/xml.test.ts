import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { childNumber, element, readXml, writeXml, type XmlElement } from "../src/index.js";

const names = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
// What XML 1.0 can carry; white space alone would be layout.
const texts = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("<", ">", "&", '"', "'", "\n", "\r", "\t", " ", "]]>"),
      fc.string({ unit: "grapheme", maxLength: 1 }),
    ),
  })
  .map((text) => text.replaceAll(/[^\P{Cc}\n\r\t]/gu, ""));
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(names, texts).map(([name, text]) => element(name, text)),
    fc
      .tuple(names, fc.array(tie("tree"), { minLength: 1, maxLength: 4 }))
      .map(([name, children]) => element(name, children)),
  ),
}));

describe("readXml", () => {
  test("reads what writeXml wrote", () => {
    fc.assert(fc.property(tree, (root) => expect(readXml(writeXml(root))).toEqual(root)));
  });

  test("reads an indented document with a declaration, comments, CDATA, attributes and prefixes", () => {
    const document = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
      <!-- a < comment > -->
      <s3:Root xmlns:s3="urn:x" a = 'b>c'>
        <Key>a&amp;b &#x1F388;&#10;<![CDATA[<raw> & ]] ]]></Key>
        <Empty/>
        <Empty attribute="1" />
      </s3:Root>
    `;
    expect(readXml(document)).toEqual(
      element("Root", [element("Key", "a&b 🎈\n<raw> & ]] "), element("Empty", ""), element("Empty", "")]),
    );
  });

  test.each([
    ["nothing", ""],
    ["words", "upstream connect error"],
    ["HTML with a doctype", "<!DOCTYPE html><html></html>"],
    ["an entity of its own", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ["an unknown entity", "<a>&nbsp;</a>"],
    ["a property of every object", "<a>&toString;</a>"],
    ["a bare ampersand", "<a>b & c</a>"],
    ["a character that is none", "<a>&#xD800;</a>"],
    ["an element that does not end", "<a><b></a>"],
    ["ends crosswise", "<a><b></a></b>"],
    ["an end too many", "<a></a></a>"],
    ["two roots", "<a/><b/>"],
    ["words after the root", "<a/>b"],
    ["CDATA outside", "<![CDATA[a]]><a/>"],
    ["an end within a tag", "<a"],
    ["a tag cut short", "<a><b>c</b"],
    ["a name that begins with a digit", "<1/>"],
    ["an attribute without quotes", "<a b=c/>"],
    ["too deep", "<a>".repeat(17) + "</a>".repeat(17)],
  ])("refuses %s", (_, document) => {
    expect(readXml(document)).toBeNull();
  });

  test("of a document with one character changed it makes a tree or nothing, and never throws", () => {
    fc.assert(
      fc.property(
        tree,
        fc.nat(),
        fc.constantFrom("<", ">", "/", "&", ";", '"', "=", "!", "?", "x", " ", "\0"),
        (root, place, sign) => {
          const document = writeXml(root);
          const at = place % document.length;
          const changed = readXml(document.slice(0, at) + sign + document.slice(at + 1));
          expect(changed === null || typeof changed.name === "string").toBe(true);
        },
      ),
    );
  });

  test("of a document that was cut off it makes nothing", () => {
    fc.assert(
      fc.property(tree, fc.nat(), (root, place) => {
        const document = writeXml(root);
        expect(readXml(document.slice(0, place % document.length))).toBeNull();
      }),
    );
  });

  test("takes a time that grows with the length", () => {
    const start = performance.now();
    expect(readXml(`<a>${"<b ".repeat(50_000)}`)).toBeNull();
    expect(readXml(`<a>${"&".repeat(50_000)}</a>`)).toBeNull();
    expect(readXml(`<a ${" ".repeat(50_000)}x`)).toBeNull();
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

test("numbers are whole, not negative and exact, or none", () => {
  const numberIn = (text: string): number | null => childNumber(element("a", [element("n", text)]), "n");
  expect(["0", "17", "9007199254740991"].map(numberIn)).toEqual([0, 17, Number.MAX_SAFE_INTEGER]);
  expect(["", "-1", "1.5", "1e3", " 1", "9007199254740992", "0x10"].map(numberIn)).toEqual(Array(7).fill(null));
  expect(childNumber(element("a", []), "n")).toBeNull();
});
