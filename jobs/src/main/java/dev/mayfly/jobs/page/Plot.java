package dev.mayfly.jobs.page;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of lines or bars, as the bytes of a PNG of 800 x 500 points. Needs no screen, but the fonts of a Java runtime. */
public final class Plot {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    /** Colours that colour-blind people can tell apart, too (Okabe and Ito). */
    private static final Color[] COLOURS = {
        new Color(0, 114, 178), new Color(213, 94, 0), new Color(0, 158, 115), new Color(204, 121, 167)
    };

    private static final Color GUIDE = new Color(150, 150, 150);

    private final XYChart chart;
    private int lines;

    /** An empty picture of lines. */
    public Plot(String title, String x, String y) {
        this.chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        dress(chart);
        chart.getStyler().setSeriesColors(COLOURS);
    }

    private static void dress(Chart<?, ?> chart) {
        Styler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
        styler.setLegendPosition(Styler.LegendPosition.InsideSE);
        styler.setLegendBorderColor(GUIDE);
        if (styler instanceof AxesChartStyler) {
            ((AxesChartStyler) styler).setDecimalPattern("0.###");
        }
    }

    /** A line through points in the order of x. */
    public Plot line(String name, double[] x, double[] y) {
        add(name, x, y);
        return this;
    }

    private XYSeries add(String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(COLOURS[lines++ % COLOURS.length]);
        series.setLineWidth(2);
        return series;
    }

    /** Points, each marked. */
    public Plot points(String name, double[] x, double[] y) {
        XYSeries series = add(name, x, y);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(series.getLineColor());
        return this;
    }

    /** A grey broken line for comparison. */
    public Plot guide(String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(GUIDE);
        series.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {5, 5}, 0));
        return this;
    }

    /** Fixes the range of both axes. */
    public Plot within(double leastX, double mostX, double leastY, double mostY) {
        chart.getStyler().setXAxisMin(leastX);
        chart.getStyler().setXAxisMax(mostX);
        chart.getStyler().setYAxisMin(leastY);
        chart.getStyler().setYAxisMax(mostY);
        return this;
    }

    /** The legend goes to the upper right corner. */
    public Plot legendAbove() {
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        return this;
    }

    /** Powers of ten at equal distances on the y axis. */
    public Plot logarithmic() {
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisDecimalPattern("0.#####");
        return this;
    }

    /** Powers of ten at equal distances on both axes. */
    public Plot bothLogarithmic() {
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setXAxisDecimalPattern("0.#####");
        return logarithmic();
    }

    public byte[] png() {
        return png(chart);
    }

    /** Bars side by side: for each name of a series its values, one for each label. */
    public static byte[] bars(String title, String x, String y, List<String> labels, List<Bars> series) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        dress(chart);
        chart.getStyler().setSeriesColors(COLOURS);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setXAxisLabelRotation(labels.size() > 6 ? 60 : 0);
        chart.getStyler().setLegendVisible(series.size() > 1);
        for (Bars bars : series) {
            chart.addSeries(
                    bars.name,
                    new ArrayList<>(labels),
                    Arrays.stream(bars.values).boxed().collect(Collectors.toList()));
        }
        return png(chart);
    }

    /** The values of one series of bars. */
    public static final class Bars {

        private final String name;
        private final double[] values;

        public Bars(String name, double[] values) {
            this.name = name;
            this.values = values;
        }
    }

    private static byte[] png(Chart<?, ?> chart) {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException("plot " + chart.getTitle() + " can't be drawn: " + e.getMessage(), e);
        }
    }
}
