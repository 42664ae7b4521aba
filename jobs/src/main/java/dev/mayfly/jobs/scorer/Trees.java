package dev.mayfly.jobs.scorer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Binary trees in flat arrays: a node is an input and a split, its left child follows it directly, its right child
 * where {@code right} says; a leaf has input −1 and its value in place of the split. Immutable.
 */
public final class Trees {

    private final int[] roots;
    private final int[] input;
    private final int[] right;
    private final double[] split;

    private Trees(int[] roots, int[] input, int[] right, double[] split) {
        this.roots = roots;
        this.input = input;
        this.right = right;
        this.split = split;
    }

    /** Takes nodes depth first, left before right. Not thread-safe. */
    public static final class Builder {

        private int[] roots = new int[16];
        private int trees;
        private int[] input = new int[1024];
        private int[] right = new int[1024];
        private double[] split = new double[1024];
        private int nodes;

        /** The next node is the root of the next tree. */
        public void startTree() {
            if (trees == roots.length) {
                roots = Arrays.copyOf(roots, 2 * trees);
            }
            roots[trees++] = nodes;
        }

        public void leaf(double value) {
            add(-1, value);
        }

        /** Rows whose input is not greater than the split go left. Returns the node's number, for {@link #startRight}. */
        public int split(int onInput, double at) {
            return add(onInput, at);
        }

        /** The next node is the right child of this one. */
        public void startRight(int node) {
            right[node] = nodes;
        }

        private int add(int onInput, double number) {
            if (nodes == input.length) {
                input = Arrays.copyOf(input, 2 * nodes);
                right = Arrays.copyOf(right, 2 * nodes);
                split = Arrays.copyOf(split, 2 * nodes);
            }
            input[nodes] = onInput;
            split[nodes] = number;
            return nodes++;
        }

        public Trees build() {
            return new Trees(
                    Arrays.copyOf(roots, trees),
                    Arrays.copyOf(input, nodes),
                    Arrays.copyOf(right, nodes),
                    Arrays.copyOf(split, nodes));
        }
    }

    int count() {
        return roots.length;
    }

    /** Returns the sum, over trees, of the leaf that a row reaches. */
    double sum(double[] row) {
        double sum = 0;
        for (int root : roots) {
            int node = root;
            while (input[node] >= 0) {
                node = row[input[node]] <= split[node] ? node + 1 : right[node];
            }
            sum += split[node];
        }
        return sum;
    }

    void write(DataOutputStream out) throws IOException {
        Numbers.write(out, roots);
        Numbers.write(out, input);
        Numbers.write(out, right);
        Numbers.write(out, split);
    }

    static Trees read(DataInputStream in) throws IOException {
        return new Trees(Numbers.readInts(in), Numbers.readInts(in), Numbers.readInts(in), Numbers.readDoubles(in));
    }
}
