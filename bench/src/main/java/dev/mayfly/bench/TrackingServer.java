package dev.mayfly.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tracking server that speaks MLflow's protocol, with the experiments and runs that the benchmark uses. */
final class TrackingServer implements LoadDriver.Target {

    private static final String API = "/api/2.0/mlflow/";
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");

    private final String name;
    final ServerProcess process;
    private final LoadDriver driver;
    private final Optional<String> token;
    private final AtomicLong numbers = new AtomicLong();
    final List<String> runs = new ArrayList<>();
    String small = "";
    String large = "";
    String larger = "";

    TrackingServer(String name, ServerProcess process, LoadDriver driver) {
        this(name, process, driver, Optional.empty());
    }

    /** @param token what each request signs itself with */
    TrackingServer(String name, ServerProcess process, LoadDriver driver, Optional<String> token) {
        this.name = name;
        this.process = process;
        this.driver = driver;
        this.token = token;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long residentBytes() throws IOException {
        return process.residentBytes();
    }

    void prepare() throws IOException, InterruptedException {
        small = experiment("small");
        large = experiment("large");
        larger = experiment("larger");
        for (int n = 0; n < 200; n++) {
            Matcher matcher = RUN_ID.matcher(driver.send(post("runs/create", "{\"experiment_id\":\"" + small + "\"}")));
            if (!matcher.find()) {
                throw new IOException(name + " made no run");
            }
            runs.add(matcher.group(1));
        }
    }

    private String experiment(String called) throws IOException, InterruptedException {
        String reply = driver.send(post("experiments/create", "{\"name\":\"" + called + "\"}"));
        return reply.replaceAll("(?s).*\"experiment_id\"\\s*:\\s*\"(\\d+)\".*", "$1");
    }

    String anyRun() {
        return runs.get((int) (numbers.incrementAndGet() % runs.size()));
    }

    HttpRequest createRun() {
        return post(
                "runs/create",
                "{\"experiment_id\":\"" + small + "\",\"start_time\":" + numbers.incrementAndGet() + "}");
    }

    HttpRequest logMetric() {
        return post("runs/log-metric", "{\"run_id\":\"" + anyRun() + "\"," + metric("m") + "}");
    }

    HttpRequest logBatch(String run, int metrics) {
        StringBuilder body = new StringBuilder("{\"run_id\":\"").append(run).append("\",\"metrics\":[");
        for (int n = 0; n < metrics; n++) {
            body.append(n == 0 ? "{" : ",{").append(metric("b" + n)).append('}');
        }
        return post("runs/log-batch", body.append("]}").toString());
    }

    private String metric(String key) {
        long number = numbers.incrementAndGet();
        return "\"key\":\"" + key + "\",\"value\":" + number % 1_000 / 1e3 + ",\"timestamp\":" + number + ",\"step\":"
                + number;
    }

    HttpRequest search(String experiment, String rest) {
        return post("runs/search", "{\"experiment_ids\":[\"" + experiment + "\"]," + rest + "}");
    }

    HttpRequest get(String path) {
        return request(path).build();
    }

    private HttpRequest post(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(process.url() + API + path));
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }
}
