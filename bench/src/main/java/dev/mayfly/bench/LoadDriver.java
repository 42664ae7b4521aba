package dev.mayfly.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Clients that send one request after another to a server, and measure it. */
final class LoadDriver {

    static final int CLIENTS = 20;
    static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofSeconds(4);

    static {
        // shorter than the servers', or a request meets an idle connection that is just being closed
        System.setProperty("jdk.httpclient.keepalive.timeout", "4");
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** A server. */
    interface Target {
        String name();

        /** Returns the resident memory after a step, in bytes. */
        long residentBytes() throws IOException;
    }

    /** The results of a round. */
    record Measured(double perSecond, double p95Millis, int failed) {}

    /** Measures both in alternating rounds; prints one line. */
    <T extends Target> void compare(String what, T one, T two, Function<T, HttpRequest> call) throws Exception {
        round(one, call, Duration.ofSeconds(1));
        round(two, call, ROUND);
        List<Measured> theirs = new ArrayList<>();
        List<Measured> ours = new ArrayList<>();
        double[] ratios = new double[ROUNDS];
        for (int n = 0; n < ROUNDS; n++) {
            theirs.add(round(one, call, ROUND));
            ours.add(round(two, call, ROUND));
            ratios[n] = ours.get(n).perSecond / theirs.get(n).perSecond;
        }
        Arrays.sort(ratios);
        double theirP95 = median(theirs.stream().mapToDouble(Measured::p95Millis));
        double ourP95 = median(ours.stream().mapToDouble(Measured::p95Millis));
        int failed = theirs.stream().mapToInt(Measured::failed).sum();
        System.out.printf(
                "%-34s %s %,8.1f/s p95 %7.1f ms %,5d MB | %s %,8.1f/s p95 %7.1f ms %,5d MB | %.2f times (%.2f to %.2f), p95 1/%.2f%s%n",
                what,
                one.name(),
                median(theirs.stream().mapToDouble(Measured::perSecond)),
                theirP95,
                one.residentBytes() >> 20,
                two.name(),
                median(ours.stream().mapToDouble(Measured::perSecond)),
                ourP95,
                two.residentBytes() >> 20,
                ratios[ROUNDS / 2],
                ratios[0],
                ratios[ROUNDS - 1],
                theirP95 / ourP95,
                failed == 0 ? "" : "; " + failed + " requests to " + one.name() + " failed, and do not count");
    }

    /** Sends requests for a while by {@link #CLIENTS} clients, and counts failures apart. Throws if all fail. */
    <T extends Target> Measured round(T server, Function<T, HttpRequest> call, Duration length) throws Exception {
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        inParallel(() -> {
            while (System.nanoTime() < end) {
                long sent = System.nanoTime();
                try {
                    send(call.apply(server));
                    millis.add((System.nanoTime() - sent) / 1e6);
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        });
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!failures.isEmpty() && (millis.isEmpty() || server.name().equals("Mayfly"))) {
            throw failures.peek();
        }
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Measured(sorted.length / seconds, sorted[sorted.length * 95 / 100], failures.size());
    }

    /** Work that can be interrupted. */
    interface Work {
        void run() throws Exception;
    }

    /** Runs the same work in all clients; throws what one of them threw. */
    static void inParallel(Work work) throws Exception {
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int n = 0; n < CLIENTS; n++) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Exception failure = failures.peek();
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns the body of a good answer; throws {@link IOException} for any other. */
    String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
