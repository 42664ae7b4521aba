package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of texts under headings, in columns as wide as they need to be. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(Arrays.asList(headings));
    }

    void row(String... cells) {
        rows.add(Arrays.asList(cells));
    }

    /** All lines, each after an indent. */
    String text(String indent) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int n = 0; n < columns; n++) {
                widths[n] = Math.max(widths[n], width(row.get(n)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int n = 0; n < columns; n++) {
                line.append(row.get(n)).append(" ".repeat(widths[n] - width(row.get(n)) + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    void print() {
        System.out.print(text(""));
    }

    /** Returns the number of visible characters, without colour codes. */
    private static int width(String cell) {
        return cell.replaceAll("\u001b\\[[0-9]+m", "").length();
    }
}
