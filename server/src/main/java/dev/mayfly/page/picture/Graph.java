package dev.mayfly.page.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tasks and what they need, from left to right: each stands one column after the last that it needs, and near the middle of
 * its neighbours (the layers and barycentres of Sugiyama, Tagawa and Toda, 1981). In pixels. Immutable.
 *
 * @param nodes in the order in which they were given
 */
public record Graph(int width, int height, List<Node> nodes, List<Edge> edges) {

    public static final int NODE_WIDTH = 176;
    public static final int NODE_HEIGHT = 40;
    private static final int GAP_ACROSS = 48;
    private static final int GAP_DOWN = 16;
    private static final int MARGIN = 8;
    private static final int SWEEPS = 4;

    public Graph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** A task, and what must come before it. */
    public record Item(String name, List<String> needs) {}

    /** A box, by its upper left corner. */
    public record Node(String name, int x, int y) {}

    /** A line from the right of one box to the left of another, as the data of an SVG path. */
    public record Edge(String from, String to, String path) {}

    /**
     * Lays out tasks.
     *
     * @param items each after those that it needs
     */
    public static Graph of(List<Item> items) {
        Map<String, Integer> columns = new HashMap<>();
        List<List<Item>> layers = new ArrayList<>();
        for (Item item : items) {
            int column = item.needs().stream()
                    .mapToInt(need -> columns.getOrDefault(need, -1) + 1)
                    .max()
                    .orElse(0);
            columns.put(item.name(), column);
            while (layers.size() <= column) {
                layers.add(new ArrayList<>());
            }
            layers.get(column).add(item);
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            order(items, layers, sweep % 2 == 0);
        }
        return drawn(items, layers);
    }

    private static void order(List<Item> items, List<List<Item>> layers, boolean isForward) {
        Map<String, Double> places = new HashMap<>();
        layers.forEach(layer -> number(layer, places));
        for (int n = 0; n < layers.size(); n++) {
            List<Item> layer = layers.get(isForward ? n : layers.size() - 1 - n);
            Map<String, Double> middles = new HashMap<>();
            for (Item item : layer) {
                List<String> neighbours = isForward
                        ? item.needs()
                        : items.stream()
                                .filter(other -> other.needs().contains(item.name()))
                                .map(Item::name)
                                .toList();
                middles.put(
                        item.name(),
                        neighbours.stream()
                                .mapToDouble(name -> places.getOrDefault(name, 0.0))
                                .average()
                                .orElse(places.getOrDefault(item.name(), 0.0)));
            }
            layer.sort(Comparator.comparingDouble(item -> middles.getOrDefault(item.name(), 0.0)));
            number(layer, places);
        }
    }

    /** Places from 0 to 1, so that layers of different sizes can be compared. */
    private static void number(List<Item> layer, Map<String, Double> places) {
        for (int n = 0; n < layer.size(); n++) {
            places.put(layer.get(n).name(), (n + 0.5) / layer.size());
        }
    }

    private static Graph drawn(List<Item> items, List<List<Item>> layers) {
        int most = layers.stream().mapToInt(List::size).max().orElse(0);
        int height = 2 * MARGIN + most * (NODE_HEIGHT + GAP_DOWN) - GAP_DOWN;
        Map<String, Node> nodes = new HashMap<>();
        for (int column = 0; column < layers.size(); column++) {
            List<Item> layer = layers.get(column);
            int used = layer.size() * (NODE_HEIGHT + GAP_DOWN) - GAP_DOWN;
            for (int row = 0; row < layer.size(); row++) {
                String name = layer.get(row).name();
                nodes.put(
                        name,
                        new Node(
                                name,
                                MARGIN + column * (NODE_WIDTH + GAP_ACROSS),
                                (height - used) / 2 + row * (NODE_HEIGHT + GAP_DOWN)));
            }
        }
        List<Edge> edges = new ArrayList<>();
        for (Item item : items) {
            for (String need : item.needs()) {
                Node from = nodes.get(need);
                Node to = nodes.get(item.name());
                if (from != null && to != null) {
                    edges.add(new Edge(need, item.name(), path(from, to)));
                }
            }
        }
        return new Graph(
                2 * MARGIN + layers.size() * (NODE_WIDTH + GAP_ACROSS) - GAP_ACROSS,
                Math.max(height, 2 * MARGIN),
                items.stream().map(item -> nodes.get(item.name())).toList(),
                edges);
    }

    private static String path(Node from, Node to) {
        int x = from.x() + NODE_WIDTH;
        int y = from.y() + NODE_HEIGHT / 2;
        int end = to.y() + NODE_HEIGHT / 2;
        int middle = (x + to.x()) / 2;
        return "M" + x + " " + y + " C" + middle + " " + y + " " + middle + " " + end + " " + to.x() + " " + end;
    }
}
