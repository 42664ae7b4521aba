package dev.mayfly.jobs.page;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An HTML report that is complete in itself: pictures are inside it. Texts are escaped. Not thread-safe. */
public final class Page {

    private static final String STYLE =
            "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
                    + "color:#222}table{border-collapse:collapse;margin:1em 0}th,td{border-bottom:1px solid #ddd;padding:.3em .8em;"
                    + "text-align:left;overflow-wrap:anywhere}td.n{text-align:right;font-variant-numeric:tabular-nums}tr.bad{background:#fde4e1}"
                    + "tr.warn{background:#fff3d6}img{max-width:100%}h2{margin-top:2em}.lead{font-size:1.15em}";

    private final StringBuilder body = new StringBuilder();
    private final String title;

    public Page(String title) {
        this.title = title;
        body.append("<h1>").append(escaped(title)).append("</h1>\n");
    }

    public Page heading(String text) {
        body.append("<h2>").append(escaped(text)).append("</h2>\n");
        return this;
    }

    /** A paragraph that sums up the page. */
    public Page lead(String text) {
        body.append("<p class=\"lead\">").append(escaped(text)).append("</p>\n");
        return this;
    }

    public Page paragraph(String text) {
        body.append("<p>").append(escaped(text)).append("</p>\n");
        return this;
    }

    /** How a row of a table looks. */
    public enum Look {
        PLAIN(""),
        WARN(" class=\"warn\""),
        BAD(" class=\"bad\"");

        private final String attribute;

        Look(String attribute) {
            this.attribute = attribute;
        }
    }

    /** A row of a table. */
    public static final class Line {

        private final Look look;
        private final List<String> cells;

        public Line(Look look, String... cells) {
            this.look = look;
            this.cells = Arrays.asList(cells);
        }
    }

    /** A table; cells that begin with a digit or a sign are aligned right. */
    public Page table(List<String> heads, List<Line> lines) {
        body.append("<table>\n<tr>");
        heads.forEach(head -> body.append("<th>").append(escaped(head)).append("</th>"));
        body.append("</tr>\n");
        for (Line line : lines) {
            body.append("<tr").append(line.look.attribute).append('>');
            line.cells.forEach(cell -> body.append(cell.matches("[-+]?[0-9].*") ? "<td class=\"n\">" : "<td>")
                    .append(escaped(cell))
                    .append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    /** A picture that includes its title; {@code words} describe it to people who can't see it. */
    public Page picture(String words, byte[] png) {
        body.append("<p><img alt=\"")
                .append(escaped(words))
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(png))
                .append("\"></p>\n");
        return this;
    }

    public byte[] html() {
        String html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title)
                + "</title><style>" + STYLE + "</style></head><body>\n" + body + "</body></html>\n";
        return html.getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
