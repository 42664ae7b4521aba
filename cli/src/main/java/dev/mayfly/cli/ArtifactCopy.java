package dev.mayfly.cli;

import java.util.HashMap;
import java.util.Map;

/** Artifacts on their way from one server to another, and which place has become which. Not thread-safe. */
final class ArtifactCopy {

    private static final String OWN = "mlflow-artifacts:/";

    private final MlflowServer from;
    private final MlflowServer to;
    private final boolean isReference;
    /** Where artifacts were, and where they are now. */
    private final Map<String, String> places = new HashMap<>();

    /** {@code isReference}: nothing is copied, and every place stays what it is. */
    ArtifactCopy(MlflowServer from, MlflowServer to, boolean isReference) {
        this.from = from;
        this.to = to;
        this.isReference = isReference;
    }

    boolean isReference() {
        return isReference;
    }

    /** Where artifacts are to be that were {@code there}, if a copy goes to {@code here}. */
    String place(String there, String here) {
        String place = isReference ? there : here;
        places.put(there, place);
        return place;
    }

    /** Where files are now that were at or below a place that is known; the same for any other. */
    String moved(String place) {
        for (int end = place.length(); end > 0; end = place.lastIndexOf('/', end - 1)) {
            String now = places.get(place.substring(0, end));
            if (now != null) {
                return now + place.substring(end);
            }
        }
        return place;
    }

    /** Copies what is not there in full. Returns how many files the source has, and of how many bytes. */
    Files copy(MlflowServer.Root root, String place) {
        if (isReference) {
            return new Files();
        }
        if (!place.startsWith(OWN)) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "artifacts can't be copied to " + place + " (expected: an experiment of this server's own store; "
                            + "the experiment of this name here has another location)");
        }
        Map<String, Long> there = new HashMap<>();
        to.files(root, "", file -> there.put(file.path(), file.bytes()));
        Files files = new Files();
        from.files(root, "", file -> {
            files.add(file);
            Long bytes = there.get(file.path());
            if (bytes == null || bytes != file.bytes()) {
                String target = place.substring(OWN.length()).replaceFirst("^/+", "") + "/" + file.path();
                from.read(root, file.path(), stream -> to.store(target, stream));
            }
        });
        return files;
    }

    /** What is here now, asked of the server. */
    Files found(MlflowServer.Root root) {
        Files files = new Files();
        if (!isReference) {
            to.files(root, "", files::add);
        }
        return files;
    }

    /** A number of files. */
    static final class Files {

        private long count;
        private long bytes;

        private void add(MlflowServer.File file) {
            count++;
            bytes += file.bytes();
        }

        long count() {
            return count;
        }

        long bytes() {
            return bytes;
        }
    }
}
