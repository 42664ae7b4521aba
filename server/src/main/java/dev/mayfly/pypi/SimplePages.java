package dev.mayfly.pypi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.digest.Sha256;
import dev.mayfly.packages.PackageFile;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The pages of the index, as JSON for installers and as HTML for old ones and browsers.
 *
 * @see <a href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple repository API</a>, of
 *     which this is version 1.1
 */
final class SimplePages {

    static final String JSON = "application/vnd.pypi.simple.v1+json";
    static final String HTML = "application/vnd.pypi.simple.v1+html";
    private static final String VERSION = "1.1";
    private static final ObjectMapper WRITER = new ObjectMapper();

    private SimplePages() {}

    static String projectsAsJson(Collection<String> names) {
        ObjectNode page = page();
        ArrayNode projects = page.putArray("projects");
        names.forEach(name -> projects.addObject().put("name", name));
        return page.toString();
    }

    static String projectsAsHtml(Collection<String> names) {
        StringBuilder links = new StringBuilder();
        names.forEach(name -> links.append("<a href=\"/simple/")
                .append(name)
                .append("/\">")
                .append(name)
                .append("</a><br>\n"));
        return html("Packages", links);
    }

    static String filesAsJson(String name, List<PackageFile> files) {
        ObjectNode page = page();
        page.put("name", name);
        ArrayNode versions = page.putArray("versions");
        files.stream().map(file -> file.key().version()).distinct().forEach(versions::add);
        ArrayNode list = page.putArray("files");
        for (PackageFile file : files) {
            ObjectNode item = list.addObject();
            item.put("filename", file.file());
            item.put("url", url(file));
            item.putObject("hashes").put("sha256", file.digest().hex());
            item.put("size", file.bytes());
            item.put(
                    "upload-time",
                    file.stored().at().truncatedTo(ChronoUnit.MICROS).toString());
            requires(file).ifPresent(requires -> item.put("requires-python", requires));
            metadata(file).ifPresent(digest -> item.putObject("core-metadata").put("sha256", digest.hex()));
            file.yanked().ifPresent(reason -> {
                if (reason.isEmpty()) {
                    item.put("yanked", true);
                } else {
                    item.put("yanked", reason);
                }
            });
        }
        return page.toString();
    }

    static String filesAsHtml(String name, List<PackageFile> files) {
        StringBuilder links = new StringBuilder();
        for (PackageFile file : files) {
            links.append("<a href=\"")
                    .append(url(file))
                    .append("#sha256=")
                    .append(file.digest())
                    .append('"');
            requires(file).ifPresent(requires -> attribute(links, "data-requires-python", requires));
            metadata(file).ifPresent(digest -> {
                attribute(links, "data-core-metadata", "sha256=" + digest);
                attribute(links, "data-dist-info-metadata", "sha256=" + digest);
            });
            file.yanked().ifPresent(reason -> attribute(links, "data-yanked", reason));
            links.append('>').append(file.file()).append("</a><br>\n");
        }
        return html(name, links);
    }

    private static void attribute(StringBuilder to, String name, String value) {
        to.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
    }

    private static String html(String title, CharSequence links) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"pypi:repository-version\" content=\"" + VERSION + "\"><title>" + title
                + "</title></head><body>\n<h1>" + title + "</h1>\n" + links + "</body></html>\n";
    }

    private static String url(PackageFile file) {
        return "/simple/" + file.key().name() + "/" + file.file().replace("+", "%2B");
    }

    private static Optional<String> requires(PackageFile file) {
        return file.python().flatMap(PackageFile.Python::requires);
    }

    private static Optional<Sha256> metadata(PackageFile file) {
        return file.python().flatMap(PackageFile.Python::metadata);
    }

    private static ObjectNode page() {
        ObjectNode page = WRITER.createObjectNode();
        page.putObject("meta").put("api-version", VERSION);
        return page;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
