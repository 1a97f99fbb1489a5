/// One page in one file: no network, no script, light and dark, and whole on paper.
enum Page {
  static func document(title: String, _ body: [HTML]) -> String {
    "<!DOCTYPE html>\n"
      + HTML.element(
        "html", [("lang", "en")],
        [
          HTML.element(
            "head", [],
            [
              HTML.empty("meta", [("charset", "utf-8")]),
              HTML.empty("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
              HTML.element("title", [], [.text(title)]), HTML.element("style", [], [.raw(style)]),
            ]), HTML.element("body", [], body),
        ]
      ).markup + "\n"
  }

  static func section(_ title: String, _ content: [HTML]) -> HTML {
    HTML.element("section", [], [HTML.element("h2", [], [.text(title)])] + content)
  }

  /// A picture that is never so narrow that its words cannot be read: on a narrow screen it is moved below the finger.
  static func wide(_ picture: HTML) -> HTML { HTML.element("div", [("class", "wide")], [picture]) }

  /// A picture with the same numbers below: folded on a screen, open on paper.
  static func figure(_ picture: HTML, _ table: HTML) -> HTML {
    HTML.element(
      "figure", [],
      [wide(picture), HTML.element("details", [], [HTML.element("summary", [], [.text("The numbers")]), table])])
  }

  /// A picture as a file of its own, on a ground of its own, so that it is legible on light and dark pages.
  ///
  /// Word processors, mail and converters know no variables and few know style sheets, so every mark has its colour as
  /// an attribute; the rules of a style sheet still win over it.
  static func picture(_ svg: HTML) -> String {
    var markup = svg.markup
    for (name, colour) in colours { markup = markup.replacing("var(--\(name))", with: colour) }
    markup = markup.replacing(#" stroke-dasharray="""#, with: "")
    if let end = markup.firstIndex(of: ">") {
      markup.insert(
        contentsOf: ##"<rect width="100%" height="100%" fill="#fff"/>"##, at: markup.index(after: end))
    }
    let head =
      ##"<svg xmlns="http://www.w3.org/2000/svg" fill="#1b1b1b" font-size="12" font-family="system-ui, sans-serif" "##
    return markup.replacing("<svg ", with: head, maxReplacements: 1) + "\n"
  }

  /// The colours of a light page, by the names of their variables.
  private static let colours = [
    ("fg", "#1b1b1b"), ("bg", "#fff"), ("dim", "#666"), ("line", "#ddd"), ("blue", "#0072b2"), ("orange", "#e69f00"),
    ("red", "#d55e00"), ("sky", "#56b4e9"), ("green", "#009e73"), ("grey", "#999"),
  ]

  private static let style = """
    :root{color-scheme:light dark;\(colours.map { "--\($0):\($1)" }.joined(separator: ";"))}
    @media (prefers-color-scheme:dark){:root{--fg:#e8e8e8;--bg:#161616;--dim:#a0a0a0;--line:#3a3a3a;\
    --blue:#56a8dc;--sky:#a6d8f5;--grey:#777}}
    body{font:15px/1.45 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:60rem;margin:2rem auto;\
    padding:0 1rem}
    h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.4rem 0}
    .dim,footer{color:var(--dim)}footer{margin-top:3rem;font-size:.85rem;border-top:1px solid var(--line)}
    table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
    th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    td:not(.n){min-width:4.5rem}th{color:var(--dim);font-weight:500}.n,.t{white-space:nowrap}
    .n{text-align:right;font-variant-numeric:tabular-nums}
    figure{margin:1rem 0}svg{width:100%;height:auto;font:12px system-ui,sans-serif}
    svg text{fill:var(--fg)}summary{cursor:pointer;color:var(--dim)}
    .box{border:1px solid var(--line);border-left:4px solid var(--blue);padding:.6rem 1rem;margin:1rem 0}
    .warn{border-left-color:var(--red)}.w,p,pre,h1,h2,footer{overflow-wrap:anywhere}
    pre{white-space:pre-wrap;background:var(--line);padding:.5rem .7rem;border-radius:4px;font-size:.9rem}
    :focus-visible{outline:2px solid var(--blue);outline-offset:2px}
    @media screen and (max-width:60rem){.wide{overflow-x:auto}\
    .wide svg{min-width:42rem}table,tbody,tr,td{display:block}thead{display:none}
    tr{border-bottom:1px solid var(--line);padding:.4rem 0}td{border:0;padding:.1rem 0;text-align:left}
    td.n{text-align:left;white-space:normal}td:empty{display:none}td{overflow-wrap:anywhere}
    td[data-of]:not([data-of=""])::before{content:attr(data-of) ": ";color:var(--dim)}}
    @page{margin:14mm}
    @media print{body{max-width:none;margin:0;font-size:9.5pt}table{font-size:8pt}pre{font-size:8pt}\
    details:not([open])>*{display:block}details::details-content{content-visibility:visible;height:auto}\
    h2,h2+p,summary,thead{break-after:avoid}tr,svg,.box,pre{break-inside:avoid}\
    .screen{display:none}td:last-child:not(.n){min-width:12rem}td:first-child:not(.n){min-width:9rem}}
    """
}
