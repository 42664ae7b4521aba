package dev.mayfly.page.picture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The last runs as bars, the oldest first: the higher, the longer it took. In pixels. Immutable. */
public record Bars(int width, List<Bar> bars) {

    public static final int HEIGHT = 28;
    private static final int STEP = 9;
    private static final int LEAST = 5;

    public Bars {
        bars = List.copyOf(bars);
    }

    /** A run: what its bar leads to, its state, how long it took, and what is said of it. */
    public record Item(String id, String state, Duration length, String words) {}

    /** A bar, by its upper left corner; it stands on the bottom. */
    public record Bar(Item item, int x, int y, int height) {}

    /** Draws runs on the scale of the longest. */
    public static Bars of(List<Item> items) {
        long longest = Math.max(
                1,
                items.stream().mapToLong(item -> item.length().toMillis()).max().orElse(1));
        List<Bar> bars = new ArrayList<>();
        for (Item item : items) {
            int height = LEAST + (int) ((HEIGHT - LEAST) * item.length().toMillis() / longest);
            bars.add(new Bar(item, bars.size() * STEP, HEIGHT - height, height));
        }
        return new Bars(Math.max(STEP, bars.size() * STEP), bars);
    }
}
