package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.measure.Estimate;
import dev.mayfly.jobs.page.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a risk officer wants to know of a model, on one page. */
final class ModelCard {

    private ModelCard() {}

    static byte[] of(
            String model,
            Fold fold,
            Evaluation judged,
            double threshold,
            Map<String, ?> params,
            Map<String, Double> gains,
            Map<String, byte[]> plots) {
        Map<String, Estimate> figures = judged.figures();
        Page page = new Page("Model card: " + model);
        page.lead("The model gives each card transaction a score; above " + number(threshold)
                + " it should be looked at. On the test window that caught "
                + percent(figures, "recall_at_threshold") + " of the frauds while alerting on "
                + percent(figures, "false_positive_rate_at_threshold") + " of the genuine transactions; "
                + percent(figures, "precision_at_threshold") + " of the alerts were frauds.");
        page.heading("Purpose");
        page.paragraph(
                "Ranks card transactions by how likely they are fraud, so that people look at the riskiest first. It is not made "
                        + "to refuse a payment by itself, nor to say anything about a person.");
        page.heading("Data and time");
        page.paragraph("The model was " + fold + ". Labels are taken to be known " + fold.delay()
                + " days after a transaction: nothing later was used, neither in inputs nor in the choice of the model, its threshold "
                + "and its calibration. Customers whose fraud was known by a test day are not in the test. Inputs: "
                + String.join(", ", Features.names()) + ".");
        page.heading("How good it is");
        page.paragraph(
                "In brackets: where 95 of 100 figures would be for other customers like these (bootstrap by customer).");
        List<Page.Line> lines = new ArrayList<>();
        figures.forEach((name, figure) -> lines.add(new Page.Line(
                Page.Look.PLAIN,
                words(name),
                number(figure.value()),
                number(figure.lower()) + " to " + number(figure.upper()))));
        page.table(Arrays.asList("figure", "value", "interval"), lines);
        if (!gains.isEmpty()) {
            page.paragraph("Against the champion on the same rows: average precision "
                    + signed(gains.getOrDefault("gain_average_precision", Double.NaN)) + ", at least "
                    + signed(gains.getOrDefault("gain_average_precision_lower", Double.NaN))
                    + " with the confidence that was asked for.");
        }
        plots.forEach((name, png) -> page.picture(words(name.replace(".png", "")), png));
        page.heading("Costs");
        page.paragraph("Assumed: " + judged.costs() + ".");
        page.heading("Limits");
        page.paragraph(
                "The model knows a customer by the last 30 days and a terminal by labels that are at least a week old: a new kind of "
                        + "fraud, or a terminal taken over this week, is seen late. Probabilities hold as long as the share of fraud stays what it "
                        + "was on the weeks before. Segments with few frauds have wide intervals; their figures are no promise.");
        page.heading("Where it comes from");
        List<Page.Line> lineage = new ArrayList<>();
        params.forEach((name, value) -> lineage.add(new Page.Line(Page.Look.PLAIN, name, String.valueOf(value))));
        page.table(Arrays.asList("parameter", "value"), lineage);
        return page.html();
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static String percent(Map<String, Estimate> figures, String name) {
        Estimate figure = figures.get(name);
        return figure == null ? "an unknown share" : String.format(Locale.ROOT, "%.1f %%", 100 * figure.value());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.01 ? "%.5f" : "%.4f", value);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.4f", value);
    }
}
