"""What any office system needs: people, audit, workflow, forms, sheets, documents, files, jobs, web."""
