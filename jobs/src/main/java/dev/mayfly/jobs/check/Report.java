package dev.mayfly.jobs.check;

import dev.mayfly.jobs.page.Page;
import dev.mayfly.jobs.page.Plot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a check found, as text and as a page. Immutable. */
final class Report {

    private final long slice;
    private final List<Finding> findings;
    private final Map<String, Long> days;
    private final Map<String, Distribution> drift;
    private final String note;

    Report(long slice, List<Finding> findings, Map<String, Long> days, Map<String, Distribution> drift, String note) {
        this.slice = slice;
        this.findings = findings;
        this.days = days;
        this.drift = drift;
        this.note = note;
    }

    List<Finding> findings() {
        return findings;
    }

    Map<String, Distribution> drift() {
        return drift;
    }

    List<Finding> of(Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).collect(Collectors.toList());
    }

    boolean has(Finding.Level level) {
        return !of(level).isEmpty();
    }

    /** Such as {@code 41 checks, 2 warnings: PSI of tx_amount 0.12 (expected: ...); ...}. */
    String words() {
        StringBuilder words = new StringBuilder();
        words.append(findings.size())
                .append(" checks, ")
                .append(of(Finding.Level.WARN).size())
                .append(" warnings, ");
        words.append(of(Finding.Level.STOP).size()).append(" stops");
        List<Finding> bad = new ArrayList<>(of(Finding.Level.STOP));
        bad.addAll(of(Finding.Level.WARN));
        bad.forEach(finding -> words.append("; ").append(finding));
        return note.isEmpty() ? words.toString() : words + "; " + note;
    }

    byte[] html() {
        Page page = new Page("Slice " + slice + ": data checks and drift");
        page.lead(
                has(Finding.Level.STOP)
                        ? "This slice is not fit for use: "
                                + of(Finding.Level.STOP).size() + " values are above the bound that stops."
                        : has(Finding.Level.WARN)
                                ? "Usable, but look at "
                                        + of(Finding.Level.WARN).size() + " warnings."
                                : "Nothing unusual: all " + findings.size() + " checks hold.");
        if (!note.isEmpty()) {
            page.paragraph(Character.toUpperCase(note.charAt(0)) + note.substring(1) + ".");
        }
        page.heading("Checks");
        page.table(
                Arrays.asList("check", "value", "expected", "result"),
                findings.stream()
                        .sorted(Comparator.comparing(Finding::level).reversed())
                        .map(Report::line)
                        .collect(Collectors.toList()));
        page.heading("Rows by day");
        page.picture(
                "rows of each day",
                Plot.bars(
                        "Rows of slice " + slice,
                        "day",
                        "rows",
                        new ArrayList<>(days.keySet()),
                        Arrays.asList(new Plot.Bars(
                                "rows",
                                days.values().stream()
                                        .mapToDouble(Long::doubleValue)
                                        .toArray()))));
        if (!drift.isEmpty()) {
            page.heading("Distributions against slice " + (slice - 1));
            page.paragraph(
                    "Bins are as equally full in the slice before as ties allow, so a level row of bars means no drift. PSI: 0.1 is worth "
                            + "checking, 0.25 is a change. KS: the largest difference of the shares below a value.");
            drift.forEach((name, distribution) -> page.picture(name, picture(name, distribution)));
        }
        return page.html();
    }

    private static Page.Line line(Finding finding) {
        Page.Look look = finding.level() == Finding.Level.STOP
                ? Page.Look.BAD
                : finding.level() == Finding.Level.WARN ? Page.Look.WARN : Page.Look.PLAIN;
        return new Page.Line(
                look,
                finding.what(),
                Finding.number(finding.value()),
                finding.expected(),
                finding.level() == Finding.Level.OK
                        ? "holds"
                        : finding.level().name().toLowerCase(java.util.Locale.ROOT));
    }

    private static byte[] picture(String name, Distribution fine) {
        Distribution bins = fine.coarse();
        double[] before = bins.shares(false);
        double[] now = bins.shares(true);
        List<String> labels = new ArrayList<>();
        for (double edge : bins.edges()) {
            labels.add("to "
                    + BigDecimal.valueOf(edge)
                            .setScale(4, RoundingMode.HALF_UP)
                            .stripTrailingZeros()
                            .toPlainString());
        }
        if (before[labels.size()] > 0 || now[labels.size()] > 0) {
            labels.add("above");
        }
        return Plot.bars(
                String.format(java.util.Locale.ROOT, "%s: PSI %.4f, KS %.4f", name, fine.psi(), fine.ks()),
                name,
                "share of rows",
                labels,
                Arrays.asList(
                        new Plot.Bars("slice before", Arrays.copyOf(before, labels.size())),
                        new Plot.Bars("this slice", Arrays.copyOf(now, labels.size()))));
    }
}
