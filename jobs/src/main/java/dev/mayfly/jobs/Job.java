package dev.mayfly.jobs;

/** Runs a job so that its exit code says whether it did what it should: 0 if so, 1 if not, 2 for wrong arguments. */
public final class Job {

    private Job() {}

    /** What a job does. */
    public interface Work {
        void run() throws Exception;
    }

    /** Runs plain work, then ends the process. */
    public static void main(Work work) {
        System.exit(exitCode(work));
    }

    static int exitCode(Work work) {
        try {
            work.run();
            return 0;
        } catch (IllegalArgumentException e) {
            e.printStackTrace();
            System.err.println("mayfly: " + e.getMessage());
            return 2;
        } catch (Throwable e) {
            e.printStackTrace();
            System.err.println("mayfly: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return 1;
        }
    }
}
