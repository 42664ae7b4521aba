package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a job reports, in order. It is kept in memory while the tracking server takes it, and written to a folder once that
 * does not answer, so that a later attempt can report all of it to another run. Ids and addresses of the run are
 * kept as names. Not thread-safe.
 */
final class Journal {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUN = "${run}";
    private static final String ARTIFACTS = "${artifacts}";
    private static final String ENTRY = ".json";
    private static final String BYTES = ".bytes";
    private static final String COMPLETE = "complete";
    /** Of the uploaded files this one names the run. */
    private static final String MODEL_FILE = "MLmodel";
    /** One may be part of another. */
    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder());

    private final Path folder;
    private final FileSystem files;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> names = new TreeMap<>(LONGEST_FIRST);
    private boolean isWritten;
    private int nested;

    /** A journal that is written to {@code folder} if it has to be. */
    Journal(Path folder, Configuration configuration) {
        this.folder = folder;
        try {
            this.files = folder.getFileSystem(configuration);
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static final class Entry {

        final ObjectNode words;
        final TrackingClient.@Nullable Bytes bytes;

        Entry(ObjectNode words, TrackingClient.@Nullable Bytes bytes) {
            this.words = words;
            this.bytes = bytes;
        }
    }

    Path folder() {
        return folder;
    }

    /** Names the run that the job reports to. */
    void name(String runId, String artifactUri) {
        names.put(artifactUri, ARTIFACTS);
        names.put(runId, RUN);
    }

    void post(String path, ObjectNode body) {
        add(new Entry(JSON.createObjectNode().put("post", path).set("body", body), null));
    }

    /** A request that makes a nested run; returns the name that stands for its id. */
    String create(String path, ObjectNode body) {
        String name = "${run-" + ++nested + "}";
        ObjectNode words = JSON.createObjectNode().put("post", path).put("makes", name);
        add(new Entry(words.set("body", body), null));
        return name;
    }

    /** Says which run a name stands for. */
    void made(String name, String runId) {
        names.put(runId, name);
    }

    void upload(String location, String path, TrackingClient.Bytes bytes) {
        add(new Entry(JSON.createObjectNode().put("upload", path).put("location", location), bytes));
    }

    void register(String model, String source) {
        add(new Entry(JSON.createObjectNode().put("register", model).put("source", source), null));
    }

    private void add(Entry entry) {
        entries.add(entry);
        if (isWritten) {
            write(entries.size() - 1);
        }
    }

    boolean isWritten() {
        return isWritten;
    }

    /** Writes everything so far, and from now on whatever is added. */
    void write() {
        isWritten = true;
        try {
            files.delete(folder, true); // what an attempt left that did not finish
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + " can't be emptied: " + e.getMessage(), e);
        }
        for (int n = 0; n < entries.size(); n++) {
            write(n);
        }
    }

    private void write(int n) {
        Entry entry = entries.get(n);
        try {
            if (entry.bytes != null) {
                try (InputStream in = entry.bytes.open()) {
                    byte[] content = Http.readAll(in);
                    boolean isNaming = entry.words.path("upload").asText().endsWith(MODEL_FILE);
                    put(file(n, BYTES), isNaming ? named(content) : content);
                }
            }
            put(file(n, ENTRY), named(JSON.writeValueAsBytes(entry.words)));
        } catch (IOException e) {
            throw new UncheckedIOException("what the job made can't be kept in " + folder + ": " + e.getMessage(), e);
        }
    }

    private byte[] named(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace(name.getKey(), name.getValue());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path file(int n, String ending) {
        return new Path(folder, String.format("%06d%s", n, ending));
    }

    private void put(Path file, byte[] content) throws IOException {
        try (OutputStream out = files.create(file, true)) {
            out.write(content);
        }
    }

    /** Says that the work is done: what a job wrote that ended before is not handed over. */
    void complete() {
        try {
            put(new Path(folder, COMPLETE), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("what the job made can't be kept in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Whether an earlier attempt did its work and wrote all that it had to report. */
    boolean isThere() {
        try {
            return files.exists(new Path(folder, COMPLETE));
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Takes what an earlier attempt wrote. */
    interface Reader {
        /** Takes a request; returns the id of the run that it made, or nothing of use. */
        String post(String path, ObjectNode body);

        void upload(String location, String path, byte[] content);

        void register(String model, String source);
    }

    /** Hands over what an earlier attempt wrote, as if this run had reported it, and removes it. Returns how much it was. */
    int handOver(String runId, String artifactUri, Reader reader) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(ARTIFACTS, artifactUri);
        values.put(RUN, runId);
        int count = 0;
        try {
            for (FileStatus file : sorted()) {
                if (file.getPath().getName().endsWith(ENTRY)) {
                    handOver(read(file.getPath()), file.getPath(), values, reader);
                    count++;
                }
            }
            files.delete(folder, true);
            if (files.listStatus(folder.getParent()).length == 0) {
                files.delete(folder.getParent(), false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "what an earlier attempt kept in " + folder + " can't be read: " + e.getMessage(), e);
        }
        return count;
    }

    private FileStatus[] sorted() throws IOException {
        FileStatus[] found = files.listStatus(folder);
        Arrays.sort(
                found,
                (one, other) ->
                        one.getPath().getName().compareTo(other.getPath().getName()));
        return found;
    }

    private void handOver(byte[] written, Path file, Map<String, String> values, Reader reader) throws IOException {
        JsonNode words = JSON.readTree(filled(written, values));
        if (words.has("post")) {
            String made = reader.post(words.path("post").asText(), (ObjectNode) words.path("body"));
            if (words.has("makes")) {
                values.put(words.path("makes").asText(), made);
            }
        } else if (words.has("upload")) {
            byte[] content = read(new Path(file.getParent(), file.getName().replace(ENTRY, BYTES)));
            String path = words.path("upload").asText();
            reader.upload(
                    words.path("location").asText(),
                    path,
                    path.endsWith(MODEL_FILE) ? filled(content, values) : content);
        } else {
            reader.register(
                    words.path("register").asText(), words.path("source").asText());
        }
    }

    private static byte[] filled(byte[] written, Map<String, String> values) {
        String text = new String(written, StandardCharsets.UTF_8);
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace(value.getKey(), value.getValue());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] read(Path file) throws IOException {
        try (InputStream in = files.open(file)) {
            return Http.readAll(in);
        }
    }
}
