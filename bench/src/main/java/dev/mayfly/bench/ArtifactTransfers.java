package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Uploads and downloads a file of 1 GB and 1,000 small files through the artifact proxy of both servers, and compares
 * with a plain copy of the file over a loopback socket. Every file stays in the page cache, so that this compares the
 * servers, not the disk.
 */
final class ArtifactTransfers {

    private static final int BIG = 1 << 30;
    private static final int BUFFER = 256 << 10;
    private static final int SMALL = 10 << 10;
    private static final int FILES = 1_000;
    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/bench/";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path folder;
    private final Path big;
    private final Path copy;

    ArtifactTransfers(Path folder) throws IOException {
        this.folder = folder;
        this.big = folder.resolve("big.bin");
        this.copy = folder.resolve("copy.bin");
        byte[] block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        try (var out = Files.newOutputStream(big)) {
            for (int n = 0; n < BIG / block.length; n++) {
                out.write(block);
            }
        }
    }

    /** Prints one line for each kind of transfer. */
    void compare(TrackingServer one, TrackingServer two) throws Exception {
        line("1 GB up", one, two, this::upload, true);
        line("1 GB down", one, two, this::download, true);
        byte[] small = new byte[SMALL];
        new Random(8).nextBytes(small);
        line(
                FILES + " files of 10 KB up",
                one,
                two,
                server -> each(n -> send(put(server, n + ".txt", HttpRequest.BodyPublishers.ofByteArray(small)))),
                false);
        line(
                FILES + " files of 10 KB down",
                one,
                two,
                server -> each(n -> receive(server, n + ".txt", folder.resolve("copy-" + n))),
                false);
    }

    private interface Transfer {
        void run(TrackingServer server) throws Exception;
    }

    private interface OfFile {
        void run(int number) throws Exception;
    }

    private static void each(OfFile work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        LoadDriver.inParallel(() -> {
            for (int n = next.getAndIncrement(); n < FILES; n = next.getAndIncrement()) {
                work.run(n);
            }
        });
    }

    private void line(String what, TrackingServer one, TrackingServer two, Transfer transfer, boolean plain)
            throws Exception {
        transfer.run(one);
        transfer.run(two);
        double[] ratios = new double[LoadDriver.ROUNDS];
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        long before = two.residentBytes();
        for (int n = 0; n < LoadDriver.ROUNDS; n++) {
            theirs.add(seconds(() -> transfer.run(one)));
            ours.add(seconds(() -> transfer.run(two)));
            if (plain) {
                copies.add(seconds(this::plainCopy));
            }
            ratios[n] = theirs.get(n) / ours.get(n);
        }
        long grown = two.residentBytes() - before;
        Arrays.sort(ratios);
        double our = LoadDriver.median(ours.stream().mapToDouble(Double::doubleValue));
        String beside = plain
                ? "; plain copy %.2f s: %.0f %% of its speed"
                        .formatted(
                                LoadDriver.median(copies.stream().mapToDouble(Double::doubleValue)),
                                100 * LoadDriver.median(copies.stream().mapToDouble(Double::doubleValue)) / our)
                : "";
        System.out.printf(
                "%-34s MLflow %.2f s | Mayfly %.2f s | %.1f times (%.1f to %.1f)%s; Mayfly's memory grew by %d MB to %d MB%n",
                what,
                LoadDriver.median(theirs.stream().mapToDouble(Double::doubleValue)),
                our,
                ratios[LoadDriver.ROUNDS / 2],
                ratios[0],
                ratios[LoadDriver.ROUNDS - 1],
                beside,
                grown >> 20,
                two.residentBytes() >> 20);
    }

    private static double seconds(LoadDriver.Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Writes HTTP by hand, since Java's client is slower than the servers. */
    private void upload(TrackingServer server) throws IOException {
        try (SocketChannel channel = connect(server);
                FileChannel file = FileChannel.open(big, StandardOpenOption.READ)) {
            request(channel, "PUT", "Content-Length: " + BIG + "\r\n");
            sendAll(file, channel);
            String answer = head(channel, ByteBuffer.allocate(BUFFER));
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(answer);
            }
        }
    }

    private void download(TrackingServer server) throws IOException {
        try (SocketChannel channel = connect(server)) {
            request(channel, "GET", "");
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            String head = head(channel, buffer);
            long received = buffer.remaining();
            try (FileChannel file = create(copy)) {
                file.write(buffer);
                received += receiveAll(channel, file);
            }
            if (!head.startsWith("HTTP/1.1 200") || received < BIG) {
                throw new IOException(received + " bytes after " + head);
            }
        }
    }

    private static SocketChannel connect(TrackingServer server) throws IOException {
        URI uri = URI.create(server.process.url());
        return SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
    }

    private static void request(SocketChannel channel, String method, String header) throws IOException {
        String text =
                method + " " + PROXY + "big.bin HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + header + "\r\n";
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Returns the head of an answer; the part of the body that was read with it stays in the buffer. */
    private static String head(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (true) {
            if (channel.read(buffer) < 0) {
                throw new IOException("no answer");
            }
            String text = StandardCharsets.ISO_8859_1
                    .decode(buffer.duplicate().flip())
                    .toString();
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                buffer.flip().position(end + 4);
                return text.substring(0, end);
            }
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static void sendAll(FileChannel file, SocketChannel to) throws IOException {
        for (long sent = 0; sent < BIG; ) {
            sent += file.transferTo(sent, BIG - sent, to);
        }
    }

    private static long receiveAll(SocketChannel from, FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        long received = 0;
        while (from.read(buffer) >= 0) {
            received += buffer.flip().remaining();
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            buffer.clear();
        }
        return received;
    }

    /** One thread sends the file through a socket, another writes what it receives to a file. */
    private void plainCopy() throws IOException, InterruptedException, ExecutionException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            SocketAddress address = server.getLocalAddress();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try (SocketChannel to = SocketChannel.open(address);
                        FileChannel file = FileChannel.open(big, StandardOpenOption.READ)) {
                    sendAll(file, to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (SocketChannel from = server.accept();
                    FileChannel file = create(copy)) {
                receiveAll(from, file);
            }
            sent.get();
        }
    }

    private static HttpRequest put(TrackingServer server, String name, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(server.process.url() + PROXY + name))
                .PUT(body)
                .build();
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        check(client.send(request, HttpResponse.BodyHandlers.ofString()));
    }

    private void receive(TrackingServer server, String name, Path into) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.process.url() + PROXY + name))
                .build();
        check(client.send(request, HttpResponse.BodyHandlers.ofFile(into)));
    }

    private static void check(HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}
