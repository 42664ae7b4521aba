package dev.mayfly.packages;

import dev.mayfly.digest.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes wheels of modules in plain Python: see the binary distribution format of the Python Packaging User Guide. */
public final class PureWheel {

    /** The earliest that a zip can tell: the same text makes the same bytes. */
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private PureWheel() {}

    /**
     * Writes a wheel.
     *
     * @param modules their texts, by file name
     */
    public static void write(Path wheel, PackageKey key, String summary, Map<String, String> modules)
            throws IOException {
        String info = key.name() + "-" + key.version() + ".dist-info/";
        Map<String, String> files = new TreeMap<>(modules);
        files.put(
                info + "METADATA",
                "Metadata-Version: 2.1\nName: " + key.name() + "\nVersion: " + key.version() + "\nSummary: " + summary
                        + "\nLicense: Apache-2.0\nRequires-Python: >=3.6\n");
        files.put(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: mayfly\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        StringBuilder record = new StringBuilder();
        files.forEach((name, text) -> record.append(recorded(name, text)));
        files.put(info + "RECORD", record + info + "RECORD,,\n");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(ALWAYS);
                zip.putNextEntry(entry);
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String recorded(String name, String text) {
        byte[] digest = HexFormat.of().parseHex(Sha256.of(text).hex());
        return name + ",sha256=" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + ","
                + text.getBytes(StandardCharsets.UTF_8).length + "\n";
    }
}
