package dev.mayfly.jobs.scorer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Arrays as a file holds them: their length, then their numbers. */
final class Numbers {

    private Numbers() {}

    static void write(DataOutputStream out, double[] numbers) throws IOException {
        out.writeInt(numbers.length);
        for (double number : numbers) {
            out.writeDouble(number);
        }
    }

    static void write(DataOutputStream out, int[] numbers) throws IOException {
        out.writeInt(numbers.length);
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    static double[] readDoubles(DataInputStream in) throws IOException {
        double[] numbers = new double[in.readInt()];
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] = in.readDouble();
        }
        return numbers;
    }

    static int[] readInts(DataInputStream in) throws IOException {
        int[] numbers = new int[in.readInt()];
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] = in.readInt();
        }
        return numbers;
    }
}
